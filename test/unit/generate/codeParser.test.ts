import { expect, it } from 'vitest';
import { createCodeParser } from '../../../sidecar/generate/gates/codeParser.ts';

it('where no process can be started nothing is known, and after three tries none is started', async () => {
  let tries = 0;
  const parser = createCodeParser({
    ...{ script: 'x', wasmFolder: 'x', env: {} },
    fork: () => {
      tries += 1;
      throw new Error('spawn ENOMEM');
    },
  });
  for (let i = 0; i < 5; i += 1) expect(await parser.parses('python', 'x = 1')).toBe('unknown');
  expect(tries).toBe(3);
});
