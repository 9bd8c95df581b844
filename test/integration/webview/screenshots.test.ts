import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Harness, type OpenOptions, startHarness } from '../../helpers/panelHarness.ts';
import { PANEL_STATES } from '../../helpers/panelHarnessStates.ts';

const FOLDER = fileURLToPath(new URL('../../../dist/test/screenshots/panel', import.meta.url));
/** A picture of one flat colour is smaller than this, in bytes. */
const BLANK = 4_000;

let harness: Harness;
beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  harness = await startHarness('panel');
});
afterAll(async () => {
  await harness.close();
});

interface Shot {
  readonly name: string;
  readonly state: string;
  readonly options?: OpenOptions;
  /** Keys pressed on the newest card before the picture. */
  readonly keys?: readonly string[];
}
const LOOKS: readonly (readonly [string, OpenOptions])[] = [
  ['light', { theme: 'light' }],
  ['highContrast', { theme: 'highContrast' }],
  ['narrow', { width: 300 }],
];
const SHOTS: readonly Shot[] = [
  ...Object.keys(PANEL_STATES).map((state) => ({ name: `${state}-dark`, state })),
  ...LOOKS.flatMap(([look, options]) => [
    { name: `complete-${look}`, state: 'complete', options },
    { name: `streaming-${look}`, state: 'streaming', options },
    { name: `reasons-${look}`, state: 'complete', options, keys: ['d'] },
  ]),
  { name: 'advice-narrow', state: 'advice', options: { width: 300 } },
  { name: 'readings-narrow', state: 'readings', options: { width: 300 } },
  { name: 'reasons-dark', state: 'complete', keys: ['d'] },
  { name: 'reasonsAll-dark', state: 'complete', keys: ['d', '0'] },
  { name: 'edit-dark', state: 'complete', keys: ['e'] },
  { name: 'complete-forcedColors', state: 'complete', options: { context: { forcedColors: 'active' } } },
  {
    name: 'complete-zoom200',
    state: 'complete',
    options: { width: 360, height: 400, context: { deviceScaleFactor: 2 } },
  },
];

test.each(SHOTS)('$name', async ({ name, state, options, keys = [] }) => {
  const open = await harness.open({ height: 640, ...options });
  await open.intent('ready');
  await open.send({ type: 'state', state: PANEL_STATES[state] });
  await open.page.waitForFunction(() => document.querySelector('.modelName')?.textContent !== '');
  await open.page.evaluate(() => document.fonts.ready);
  if (keys.length > 0) await open.page.locator('.isNewest').focus();
  for (const key of keys) await open.page.keyboard.press(key);
  await open.page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  const picture = await open.page.screenshot({ path: join(FOLDER, `${name}.png`) });
  expect(picture.length).toBeGreaterThan(BLANK);
  expect(await open.violations()).toEqual([]);
  await open.close();
});
