import { expect, test } from 'vitest';
import type { Harness } from '../../helpers/panelHarness.ts';
import { PANEL_STATES, testCandidate, testCard, testState } from '../../helpers/panelHarnessStates.ts';
import { harnessForAll } from './harnessForAll.ts';

let harness: Harness;
harnessForAll('panel', (started) => {
  harness = started;
});

const HOSTILE = [
  '<script>window.hacked = 1</script>',
  '<img src=x onerror="window.hacked = 1">',
  '<iframe src="javascript:window.hacked=1"></iframe><svg onload="window.hacked=1">',
  '![picture](https://evil.example/track.png) and ![p](data:image/png;base64,AA)',
  '[run](javascript:window.hacked=1) [file](file:///etc/passwd) [cmd](command:workbench.action.quit) [rel](/x)',
  '[vs](vscode://x) [data](data:text/html,<script>window.hacked=1</script>) <javascript:window.hacked=1>',
  '[good](https://example.org/a?b=c "title") and https://plain.example',
  '<a href="https://x.example" onclick="window.hacked=1" style="position:fixed">raw</a>',
  '```html\n<script>window.hacked = 1</script><b onclick=window.hacked=1>\n```',
  '```"><img/src=x/onerror=window.hacked=1>\ncode\n```',
  `\`\`\`js\nconst admin\u202e = '\u2066user\u2069';\u200b // \u{e0041}\n\`\`\``,
  '| a | b |\n|---|---|\n| <b>x</b> | `y` |',
].join('\n\n');

test('hostile markdown makes no element, address or code run, and breaks no rule of the policy', async () => {
  const open = await harness.open();
  await open.intent('ready');
  const requests: string[] = [];
  open.page.on('request', (request) => requests.push(request.url()));
  const card = testCard(50, {
    prompt: HOSTILE,
    candidates: [testCandidate(500, { text: HOSTILE, thinking: HOSTILE })],
  });
  await open.send({
    type: 'state',
    state: testState({ cards: [card], history: [HOSTILE], examples: ['<b>x</b>'] }),
  });
  await open.page.getByText('plain.example').first().waitFor();
  const found = await open.page.evaluate(() => ({
    hacked: 'hacked' in window,
    elements: document.querySelectorAll(
      '.answer :is(img, script, iframe, svg, style, object, embed, form, input)',
    ).length,
    handlers: [...document.querySelectorAll('.answer *')].filter((node) =>
      node
        .getAttributeNames()
        .some((name) => name.startsWith('on') || name === 'style' || name === 'href' || name === 'src'),
    ).length,
    links: [...document.querySelectorAll('.answer a')].map((node) => node.getAttribute('data-href')),
    marks: [...document.querySelectorAll('.codeBlock .hiddenCharacter')].map((node) => node.textContent),
  }));
  expect(found).toEqual({
    hacked: false,
    elements: 0,
    handlers: 0,
    links: ['https://example.org/a?b=c'],
    marks: ['U+202E', 'U+2066', 'U+2069', 'U+200B', 'U+E0041'],
  });
  expect(requests).toEqual([]);
  expect(await open.violations()).toEqual([]);
  await open.page.locator('.answer a').click();
  expect(await open.intent('link')).toEqual({ type: 'link', href: 'https://example.org/a?b=c' });
  await open.close();
});

test('the policy is really there: markup assigned as a string throws', async () => {
  const open = await harness.open();
  await open.intent('ready');
  const thrown = await open.page.evaluate(() => {
    try {
      document.body.innerHTML = '<p>x</p>';
      return 'assigned';
    } catch (error) {
      return error instanceof TypeError ? 'refused' : 'other';
    }
  });
  expect(thrown).toBe('refused');
  expect(await open.violations()).toHaveLength(1);
  await open.close();
});

test.each(Object.keys(PANEL_STATES))(
  'state %s: no report of the policy, no sideways scrolling at 300 px',
  async (name) => {
    const open = await harness.open({ width: 300 });
    await open.intent('ready');
    await open.send({ type: 'state', state: PANEL_STATES[name] });
    await open.page.locator('.model').waitFor();
    await open.page.waitForFunction(() => document.querySelector('.modelName')?.textContent !== '');
    const sizes = await open.page.evaluate(() => ({
      page: document.documentElement.scrollWidth,
      list: document.querySelector('.list')?.scrollWidth === document.querySelector('.list')?.clientWidth,
    }));
    expect(sizes).toEqual({ page: 300, list: true });
    expect(await open.violations()).toEqual([]);
    const unnamed = await open.page.evaluate(
      () =>
        [...document.querySelectorAll('button, vscode-button, select, textarea, [role="tab"]')].filter(
          (node) =>
            !(node.getAttribute('aria-label') || node.textContent?.trim() || node.getAttribute('title')),
        ).length,
    );
    expect(unnamed).toBe(0);
    await open.close();
  },
);
