import { expect, it } from 'vitest';
import { checkVersion, isOlder } from '../../../sidecar/models/ollama/ollamaVersion.ts';

it.each([
  ['0.6.4', '0.6.4', false],
  ['0.6.3', '0.6.4', true],
  ['0.10.0', '0.9.9', false],
  ['1.0.0', '0.99.0', false],
  ['0.17', '0.17.1', true],
  ['0.17.1-rc2', '0.17.1', false],
])('%s is older than %s: %s', (version, than, older) => {
  expect(isOlder(version, than)).toBe(older);
});

it('lets through what is new enough, and builds that know no version', () => {
  expect(checkVersion('0.17.4', 'here')).toEqual({ version: '0.17.4' });
  expect(checkVersion('0.0.0', 'here')).toEqual({ version: '0.0.0' });
  expect(checkVersion('0.16.2', 'here').advice).toContain('0.16.2');
  expect(() => checkVersion('0.6.3', 'here')).toThrow(expect.objectContaining({ code: 'server.tooOld' }));
});
