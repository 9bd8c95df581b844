import { describe, expect, it } from 'vitest';
import { notePhrases } from '../../../sidecar/learn/notePhrases.ts';
import { isInScope, noteScope, type RequestTopic } from '../../../sidecar/learn/ruleScope.ts';

const about = (change: Partial<RequestTopic> = {}): RequestTopic => ({
  language: undefined,
  category: 'other',
  prompt: 'do it',
  ...change,
});

describe('the scope of a note', () => {
  it.each([
    ['in Python always use type hints', 'language:python'],
    ['for TypeScript, prefer Result types', 'language:typescript'],
    ['please use structs in go', 'language:go'],
    ['in C# use records', 'language:csharp'],
    ['in C++ use RAII', 'language:cpp'],
    ['in tests always use pytest', 'category:testing'],
    ['when refactoring, never rename things', 'category:refactoring'],
    ['always go for small functions', 'always'],
    ['use Python', 'always'],
    ['in JavaScriptCore use x', 'always'],
  ])('%s: %s', (note, scope) => expect(noteScope(note)).toBe(scope));

  it('makes a rule of its own, said with its scope', () => {
    expect(notePhrases('In Python, always use dataclasses. Never use callbacks.', 'denied')).toMatchObject([
      {
        rule: 'use:dataclasses@language:python',
        text: 'In Python, use dataclasses.',
        short: 'dataclasses in Python',
        scope: 'language:python',
        explicit: true,
      },
      { rule: 'avoid:callbacks', scope: 'always' },
    ]);
    expect(notePhrases('in tests please add error handling', 'denied')).toMatchObject([
      { rule: 'errors@category:testing', text: 'In tests, handle errors and edge cases in the code.' },
    ]);
  });
});

describe('whether a rule is about a request', () => {
  it.each([
    ['always', about(), true],
    ['category:testing', about({ category: 'testing' }), true],
    ['category:testing', about({ category: 'design' }), false],
    ['language:python', about({ language: 'python' }), true],
    ['language:typescript', about({ language: 'typescriptreact' }), true],
    ['language:python', about({ language: 'typescript' }), false],
    ['language:python', about(), false],
    ['language:python', about({ prompt: 'Write a Python function' }), true],
    ['language:python', about({ prompt: 'Write a Python function', language: 'typescript' }), true],
    ['language:typescript', about({ prompt: 'Write a Python function', language: 'typescript' }), false],
    ['language:java', about({ prompt: 'a JavaScript loop' }), false],
    ['language:c', about({ language: 'cpp' }), false],
    ['language:go', about({ prompt: 'let it go on' }), false],
  ])('%s, %j: %s', (scope, situation, expected) => expect(isInScope(scope, situation)).toBe(expected));
});
