import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baseOf,
  fullModelName,
  isTrainedName,
  sameModel,
  splitModelName,
  trainedNames,
} from '../../../sidecar/models/modelNames.ts';

describe('splitModelName', () => {
  it.each([
    ['llama3.2', 'llama3.2', 'latest'],
    ['llama3.2:1b', 'llama3.2', '1b'],
    ['me/coder:7b-q4_K_M', 'me/coder', '7b-q4_K_M'],
    ['hub.example.org/me/coder:7b', 'hub.example.org/me/coder', '7b'],
    ['localhost:5000/me/coder', 'localhost:5000/me/coder', 'latest'],
    ['localhost:5000/me/coder:7b', 'localhost:5000/me/coder', '7b'],
  ])('%s', (name, path, tag) => {
    expect(splitModelName(name)).toEqual({ path, tag });
  });

  it.each([
    '',
    ':',
    'a:',
    ':b',
    'a b',
    '../a',
    'a/../b',
    'a..b',
    '/etc/passwd',
    'a:b:c',
    '-a',
    'a/b/c/d',
    'a\nb',
    'a"b',
    'http://a/b',
    'x'.repeat(300),
  ])('refuses %j', (name) => {
    expect(() => splitModelName(name)).toThrow(expect.objectContaining({ code: 'model.nameInvalid' }));
  });
});

describe('trainedNames', () => {
  it.each([
    ['llama3.2', 3, 'llama3.2-trained:v3', 'llama3.2-trained:latest'],
    ['llama3.2:latest', 1, 'llama3.2-trained:v1', 'llama3.2-trained:latest'],
    ['qwen2.5-coder:7b', 3, 'qwen2.5-coder-trained:7b-v3', 'qwen2.5-coder-trained:7b'],
    ['me/coder:7b', 12, 'me/coder-trained:7b-v12', 'me/coder-trained:7b'],
    [
      'localhost:5000/me/coder',
      2,
      'localhost:5000/me/coder-trained:v2',
      'localhost:5000/me/coder-trained:latest',
    ],
  ])('%s v%i', (base, version, immutable, active) => {
    expect(trainedNames(base, version)).toEqual({ immutable, active });
  });

  it('never stacks on a trained name', () => {
    expect(trainedNames('coder-trained:7b-v3', 4)).toEqual(trainedNames('coder:7b', 4));
    expect(trainedNames('coder-trained:v3', 4)).toEqual(trainedNames('coder', 4));
  });

  it('refuses what is not a version', () => {
    for (const version of [0, -1, 1.5, Number.NaN])
      expect(() => trainedNames('a', version)).toThrow(RangeError);
  });

  it('leads back to its base, and is told as trained', () => {
    const part = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/).filter((text) => !text.includes('..'));
    fc.assert(
      fc.property(part, fc.option(part), fc.integer({ min: 1, max: 999 }), (name, tag, version) => {
        fc.pre(!name.endsWith('-trained'));
        const base = tag === null ? name : `${name}:${tag}`;
        const names = trainedNames(base, version);
        expect(isTrainedName(names.immutable) && isTrainedName(names.active)).toBe(true);
        expect(baseOf(names.immutable)).toBe(fullModelName(base));
        expect(names.immutable).not.toBe(names.active);
      }),
    );
  });
});

it('a name and its latest tag are the same model', () => {
  expect(sameModel('a', 'a:latest')).toBe(true);
  expect(sameModel('A', 'a')).toBe(true);
  expect(sameModel('a', 'a:7b')).toBe(false);
});
