import { describe, expect, it } from 'vitest';
import { whatIsNew } from '../../../sidecar/learn/preferenceLearner.ts';
import type { Source } from '../../../sidecar/learn/preferenceSources.ts';

const source = (at: number, key = 'k'): Source => ({
  ...{ id: `d${at}`, kind: 'decision', request: `r${at}`, key },
  at: new Date(at * 1_000).toISOString(),
});
const sources = (...at: number[]): Source[] => at.map((each) => source(each));

describe('whatIsNew', () => {
  it('is what came after all that is learned', () => {
    expect(whatIsNew(sources(1, 2), sources(1, 2, 3, 4), true)).toEqual(sources(3, 4));
    expect(whatIsNew([], sources(1, 2), true)).toEqual(sources(1, 2));
    expect(whatIsNew(sources(1, 2), sources(1, 2), true)).toEqual([]);
  });

  it('is not told where something learned is gone, changed, or came before what is learned', () => {
    expect(whatIsNew(sources(1, 2), sources(2), true)).toBeUndefined();
    expect(whatIsNew(sources(1, 2), [source(1), source(2, 'other')], true)).toBeUndefined();
    expect(whatIsNew(sources(1, 3), sources(1, 2, 3), true)).toBeUndefined();
    expect(whatIsNew(sources(2, 3), sources(1, 2, 3), true)).toBeUndefined();
  });

  it('does not mind older ones where those count no more', () => {
    expect(whatIsNew(sources(1, 2, 3), sources(2, 3, 4), false)).toEqual(sources(4));
    expect(whatIsNew(sources(2, 3), sources(1, 2, 3), false)).toEqual([]);
    expect(whatIsNew(sources(1, 3), sources(1, 2, 3), false)).toBeUndefined();
  });
});
