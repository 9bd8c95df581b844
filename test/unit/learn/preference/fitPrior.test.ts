import { describe, expect, it } from 'vitest';
import { CONTEXT_NAMES } from '../../../../sidecar/learn/preference/contextFeatures.ts';
import { FEATURE_NAMES } from '../../../../sidecar/learn/preference/featureNames.ts';
import { fitPrior } from '../../../../sidecar/learn/preference/fitPrior.ts';
import { ANSWER_FLOORS } from '../../../../sidecar/learn/preference/standardiser.ts';

const provenance = { script: 'none', sources: [] };
const answer = (tests: number): Float64Array =>
  Float64Array.from(FEATURE_NAMES, (name, i) => (name === 'tests' ? tests : 0) * (ANSWER_FLOORS[i] ?? 1));
const context = (logprob: number): Float64Array =>
  Float64Array.from(CONTEXT_NAMES, (name) => (name === 'logprob' ? logprob : 0));

describe('fitPrior', () => {
  it('finds what is preferred, and leaves the rest alone', () => {
    const pairs = Array.from({ length: 200 }, () => ({ better: answer(1), worse: answer(0), weight: 1 }));
    const { weights } = fitPrior({ pairs, decisions: [], provenance }).answer;
    expect(weights.tests).toBeGreaterThan(0.5);
    expect(weights.loops).toBe(0);
  });

  it('trusts more of the same more', () => {
    const weightFor = (n: number): number => {
      const pairs = Array.from({ length: n }, () => ({ better: answer(1), worse: answer(0), weight: 1 }));
      return fitPrior({ pairs, decisions: [], provenance }).answer.weights.tests;
    };
    expect(weightFor(20)).toBeGreaterThan(weightFor(5));
  });

  it('learns from decisions how much confidence tells, and how often is approved', () => {
    const decisions = Array.from({ length: 400 }, (_, i) => ({
      context: context(i % 2 === 0 ? -0.1 : -1),
      approved: i % 2 === 0 ? i % 10 !== 0 : i % 10 === 1,
    }));
    const { intercept, weights, logprobOnly } = fitPrior({ pairs: [], decisions, provenance }).context;
    expect(weights.logprob).toBeGreaterThan(0.8);
    expect(logprobOnly.logprob).toBeGreaterThan(0.8);
    expect(Math.abs(intercept)).toBeLessThan(0.3);
  });

  it('says nothing without data but the usual rate', () => {
    const prior = fitPrior({ pairs: [], decisions: [], provenance });
    expect(Object.values(prior.answer.weights).every((weight) => weight === 0)).toBe(true);
    expect(prior.context.intercept).toBeCloseTo(Math.log(0.35 / 0.65), 4);
  });
});
