import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Envelope } from '../../sidecar/memory/events.ts';
import { type FakeOllama, lastPiece, piece, startFakeOllama } from '../helpers/fakeOllama.ts';
import { until } from '../helpers/until.ts';
import { openPanel } from './panelPage.ts';
import { openStage, type Stage } from './stage.ts';

/*
 * Applied code over a restart of the window. The clock is the test's: the copy of the extension that this editor has
 * got sets it when it is loaded.
 */

const LINES = ['export function subtract(a: number, b: number): number {', '  return a - b;', '}'];
const ANSWER = `Here it is.\n\n\`\`\`ts\n${LINES.join('\n')}\n\`\`\`\n`;
const MINUTE = 60_000;

let server: FakeOllama;
let stage: Stage;

beforeAll(async () => {
  const models = [{ name: 'm:latest', digest: 'a'.repeat(64), size: 1_000, details: {} }];
  server = await startFakeOllama({
    '/api/tags': (call) => call.json(200, { models }),
    '/api/show': (call) => call.json(200, { capabilities: ['completion'], details: {}, model_info: {} }),
    '/api/chat': (call) => {
      call.line(piece(ANSWER));
      call.line(lastPiece());
      call.response.end();
    },
  });
  stage = await openStage({
    ollama: false,
    settings: { 'whetstone.host': server.host, 'whetstone.model': 'm:latest', 'whetstone.candidates': '1' },
  });
});
afterAll(async () => {
  await stage?.close();
  await server?.stop();
});

/** Minutes by which the clock of the extension host of a window that opens from now on is ahead. */
function setClock(minutes: number): void {
  const file = join(stage.codeServer.extensionsDir, 'whetstone.whetstone-0.0.0', 'dist', 'extension.cjs');
  const program = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    `{ const real = Date.now; Date.now = () => real() + ${minutes * MINUTE}; }\n${program}`,
  );
}

const isLate = (look: Envelope): boolean => Number(look['afterMinutes']) >= 61;

it('is measured by a window that opens after its hour, without anybody using Whetstone in it', async () => {
  const { window } = stage;
  const panel = await openPanel(window);
  await panel.ask('Subtract.');
  await panel.answered();
  await panel.newest.getByRole('button', { name: 'New file', exact: true }).click();
  await window.answer('subtract.ts');
  await window.pick('Create');
  const { candidate } = await stage.journaled('applied', (event) => event['how'] === 'newFile');
  await window.runCommand('View: Close All Editors');
  const file = join(stage.workspace, 'subtract.ts');
  await until('the file', () => readFileSync(file, 'utf8').includes('return'));
  writeFileSync(file, `// changed elsewhere\n${LINES[0]}\n${LINES[2]}\n`);

  setClock(61);
  await window.reload();
  // On a slow machine the first mark may have been looked at before.
  const look = await stage.journaled('survival', isLate);
  expect(look).toMatchObject({ candidate });
  expect(look['ratio']).toBeCloseTo(2 / 3, 5);

  // It stands for all marks: the next window has nothing left to look at.
  setClock(61);
  await window.reload();
  await openPanel(window);
  expect(stage.journal('survival').filter(isLate)).toHaveLength(1);
});
