import { describe, expect, it } from 'vitest';
import { runScripted } from './cliHarness.ts';

describe('what is not understood', () => {
  it('is an error object with --json', async () => {
    for (const args of [['nonsense'], ['switch'], ['status', '--wrong']]) {
      const ran = await runScripted([...args, '--json']);
      expect(JSON.parse(ran.out).error.code).toBe('rpc.invalid');
      expect(ran).toMatchObject({ code: 2, err: '' });
    }
  });

  it('says that no command was given, and which subcommand is not there', async () => {
    expect(JSON.parse((await runScripted(['--json'])).out).error.what).toBe('No command was given.');
    const foo = await runScripted(['models', 'foo']);
    expect(foo.err).toContain('There is no subcommand foo.\nSee `whetstone models --help`.');
    expect(foo.code).toBe(2);
    expect((await runScripted(['models', 'pull'])).err).toContain('See `whetstone models pull --help`.');
  });

  it.each([
    [['persona', '--updates', 'x'], 'See `whetstone persona --help`.'],
    [['memory', 'add', 'x', '--type', 'wish'], 'See `whetstone memory add --help`.'],
    [['memory', 'add', '--data', '/else'], 'See `whetstone memory add --help`.'],
    [['stats', '--wrong'], 'See `whetstone status --help`.'],
    [['nonsense'], 'See `whetstone --help`.'],
    [['persona', 'on', ' '], 'See `whetstone persona on --help`.'],
  ])('points to the help of the verb: %j', async (args, next) => {
    expect((await runScripted(args)).err).toContain(next);
    const { error } = JSON.parse((await runScripted([...args, '--json'])).out);
    expect(error).toMatchObject({ code: 'rpc.invalid', next });
  });

  it.each([
    [['ask', 'x', '--seed', 'abc'], '--seed wants a whole number.'],
    [['ask', 'x', '--seed', '1.5'], '--seed wants a whole number.'],
    [['ask', 'x', '--candidates', '9'], '--candidates wants a whole number of at most 4.'],
    [['ask', 'x', '--candidates', 'many'], '--candidates wants auto or a whole number.'],
    [['ask', 'x', '--category', 'jokes'], '--category wants one of code_generation, debugging'],
    [['serve-stdio', '--scopes', 'read,x'], '--scopes wants one of read, ask, decide, admin.'],
    [['forget', '--about', 'a'], '--about wants at least 2 characters.'],
    [['decide', '--last', '--note', 'x'.repeat(4_001)], '--note wants at most 4,000 characters.'],
    [['feedback', '--last', '--score', '0'], '--score wants a whole number of at least 1.'],
    [['train', '--on-hand-edit', 'x'], '--on-hand-edit wants one of keep, stop, discard.'],
    [['status', '--engine', 'x'], '--engine wants one of auto, ollama, embedded.'],
    [['status', '--data', ''], '--data wants at least 1 character.'],
  ])('names what the option wants: %j', async (args, expected) => {
    const ran = await runScripted(args);
    expect(ran.err).toContain(expected);
    expect(ran.err).not.toMatch(/Invalid|expected|received|NaN|Too (big|small)/);
    expect(ran.code).toBe(2);
  });
});
