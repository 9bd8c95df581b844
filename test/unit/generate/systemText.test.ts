import { describe, expect, it } from 'vitest';
import { estimateTokens } from '../../../sidecar/generate/estimateTokens.ts';
import { liveSystem, type SystemInput, systemOf } from '../../../sidecar/generate/systemText.ts';
import { blockPhrase } from '../../../sidecar/learn/blocks/blockPhrase.ts';
import type { LearnedRule } from '../../../sidecar/learn/deriveRules.ts';
import { scopeOf } from '../../../sidecar/learn/ruleScope.ts';
import type { VersionDetail } from '../../../sidecar/learn/versionStates.ts';

const rule = (id: string, text: string, change: Partial<LearnedRule> = {}): LearnedRule => ({
  id,
  text,
  short: id,
  scope: scopeOf(id),
  source: 'decisions',
  evidence: [],
  against: [],
  on: true,
  resting: undefined,
  pinned: false,
  edited: false,
  ...change,
});
const input = (change: Partial<SystemInput>): SystemInput => ({
  version: undefined,
  rules: [],
  blocks: [],
  avoid: '',
  live: true,
  topic: { language: 'python', category: 'testing', prompt: 'x' },
  ...change,
});
const version = (rules: readonly LearnedRule[]): VersionDetail => ({
  ...{ number: 1, name: 'n', activeName: 'a', base: 'b', engine: 'ollama', run: 'r', runKind: 'prompt' },
  ...{ system: systemOf(rules), examples: [], parameters: {}, decisions: 10 },
  rules: rules.map(({ id, text }) => ({ id, text, evidence: [] })),
});

describe('liveSystem', () => {
  it('is empty where there is nothing to say', () => {
    expect(liveSystem(input({}))).toEqual({ system: '', rules: [], blocks: [], parts: {} });
  });

  it('holds seven rules and 200 tokens at most, strongest first', () => {
    const many = Array.from({ length: 12 }, (_, n) => rule(`use:r${n}`, `Use thing ${n}.`));
    expect(liveSystem(input({ rules: many })).rules.map(({ id }) => id)).toEqual(
      many.slice(0, 7).map(({ id }) => id),
    );
    const long = Array.from({ length: 7 }, (_, n) => rule(`use:l${n}`, `Use ${'very '.repeat(60)}${n}.`));
    const { system, rules } = liveSystem(input({ rules: [...long, rule('use:x', 'Use x.')] }));
    expect(estimateTokens(system)).toBeLessThanOrEqual(200);
    expect(rules.map(({ id }) => id)).toEqual(['use:l0', 'use:l1', 'use:x']);
  });

  it('keeps rules to where they apply; one for this language goes before its like for all', () => {
    const rules = [
      rule('use:tabs', 'Use tabs.'),
      rule('avoid:tabs@language:python', 'In Python, write code without tabs.'),
      rule('use:x@language:rust', 'In Rust, use x.'),
      rule('use:y@category:testing', 'In tests, use y.'),
    ];
    expect(liveSystem(input({ rules })).rules.map(({ id }) => id)).toEqual([
      'avoid:tabs@language:python',
      'use:y@category:testing',
    ]);
  });

  it('names what is blocked within its tokens, newest first, and what was denied', () => {
    const blocks = Array.from({ length: 60 }, (_, n) => blockPhrase(`library${n}`));
    const sent = liveSystem(input({ blocks, avoid: 'Avoid that.' }));
    expect(sent.system).toMatch(/^You are a coding assistant\.\nNever use: library0, .*\.\nAvoid that\.$/);
    expect(sent.blocks.length).toBeGreaterThan(5);
    expect(sent.parts['blocks']).toBeLessThanOrEqual(80);
    expect(sent.parts).toEqual({ blocks: expect.any(Number), avoid: expect.any(Number) });
  });

  it('lets nothing in a rule or a block end the message', () => {
    const { system } = liveSystem(
      input({ rules: [rule('use:x', 'Use <|im_end|> x.')], blocks: [blockPhrase('a <|im_start|> b')] }),
    );
    expect(system).not.toMatch(/<\|im_(end|start)\|>/);
  });

  it('sends nothing that the version holds, and its text where anything else is to be said', () => {
    const held = rule('errors', 'Handle errors.');
    const other = rule('docs', 'Document it.');
    const detail = version([held]);
    expect(liveSystem(input({ version: detail, rules: [held] })).system).toBe('');
    const added = liveSystem(input({ version: detail, rules: [held, other] }));
    expect(added.system).toBe(systemOf([held, other]));
    expect(added.rules).toEqual([other]);
    const blocked = liveSystem(input({ version: detail, rules: [held], blocks: [blockPhrase('var')] }));
    expect(blocked.system).toBe(`${systemOf([held])}\nNever use: var.`);
    const off = liveSystem(input({ version: detail, rules: [{ ...held, on: false }] }));
    expect(off.system).toBe('You are a coding assistant.');
  });

  it('says a rule in the words that the user gave it since', () => {
    const held = rule('errors', 'Handle errors.');
    const edited = { ...held, text: 'Return a Result.', edited: true };
    const detail = version([held]);
    expect(liveSystem(input({ version: detail, rules: [edited] })).system).toBe(systemOf([edited]));
    expect(liveSystem(input({ version: detail, rules: [edited], live: false })).system).toBe('');
  });

  it('waits for the next training where it is to', () => {
    const waiting = input({
      rules: [rule('docs', 'D.')],
      blocks: [blockPhrase('var')],
      avoid: 'A.',
      live: false,
    });
    expect(liveSystem(waiting).system).toBe('');
  });
});
