import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTEXT_NAMES } from '../../../../sidecar/learn/preference/contextFeatures.ts';
import { FEATURE_NAMES, type FeatureName } from '../../../../sidecar/learn/preference/featureNames.ts';
import { modelFileSchema } from '../../../../sidecar/learn/preference/modelFile.ts';
import {
  EDIT_WEIGHT,
  inputOf,
  type Observation,
  type Subject,
  subjectOf,
} from '../../../../sidecar/learn/preference/observation.ts';
import {
  createPreferenceModel,
  type PreferenceModelOptions,
} from '../../../../sidecar/learn/preference/preferenceModel.ts';
import { preferencePriorSchema } from '../../../../sidecar/learn/preference/preferencePrior.ts';
import { SHIPPED_PRIOR } from '../../../../sidecar/learn/preference/shippedPrior.ts';
import { restoreModel, storeModel } from '../../../../sidecar/learn/preference/storedModel.ts';

const options: PreferenceModelOptions = { prior: SHIPPED_PRIOR, surface: 'answer' };

/** A usual answer, but for the named features, given in standard deviations. */
function subject(off: Partial<Record<FeatureName, number>> = {}, words: string[] = []): Subject {
  const { centre, scale } = SHIPPED_PRIOR.answer;
  return {
    answer: Float64Array.from(FEATURE_NAMES, (name) => centre[name] + scale[name] * (off[name] ?? 0)),
    context: Float64Array.from(CONTEXT_NAMES, (name) => SHIPPED_PRIOR.context.centre[name]),
    words,
    category: 'code_generation',
  };
}

const vote = (of: Subject, approved: boolean, i = 0): Observation => ({
  kind: 'vote',
  decision: `d${i}`,
  subject: of,
  approved,
  reasons: [],
});

/** Approves what has docstrings. */
const docstringLover = (n: number): Observation[] =>
  Array.from({ length: n }, (_, i) => vote(subject({ docstring: i % 2 === 0 ? 1.5 : -1.5 }), i % 2 === 0, i));

const WITH = subject({ docstring: 1.5 });
const WITHOUT = subject({ docstring: -1.5 });

describe('createPreferenceModel', () => {
  it('learns what the user approves, one decision at a time and from scratch', () => {
    const online = createPreferenceModel(options);
    const before = online.predict(WITH) - online.predict(WITHOUT);
    for (const each of docstringLover(60)) online.learn(each);
    const fitted = createPreferenceModel(options);
    fitted.refit(docstringLover(60));
    for (const model of [online, fitted]) {
      expect(model.predict(WITH) - model.predict(WITHOUT)).toBeGreaterThan(before + 0.3);
      expect(model.rank([WITHOUT, WITH]).map(({ index }) => index)).toEqual([1, 0]);
    }
  });

  it('an approval never lowers and a denial never raises what it was given on', () => {
    const feature = fc.constantFrom(...FEATURE_NAMES);
    const off = fc.dictionary(feature, fc.double({ min: -3, max: 3, noNaN: true }), { maxKeys: 5 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(off, fc.boolean()), { maxLength: 12 }),
        off,
        fc.boolean(),
        (past, last, approved) => {
          const model = createPreferenceModel(options);
          for (const [each, yes] of past) model.learn(vote(subject(each), yes));
          const experts = model.state().mixture.experts.map(({ name, predict }) => ({ name, predict }));
          const { scaling } = model.state();
          const input = inputOf(subject(last), scaling);
          const before = experts.map(({ predict }) => predict(input));
          model.learn(vote(subject(last), approved));
          experts.forEach(({ predict }, k) => {
            const change = predict(input) - (before[k] ?? 0);
            // Growing certainty may move a moderated prediction a little away from one half.
            if (approved) expect(change).toBeGreaterThan(-0.02);
            else expect(change).toBeLessThan(0.02);
          });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('does the same each time', () => {
    const results = [0, 1].map(() => {
      const model = createPreferenceModel(options);
      model.refit(docstringLover(30));
      for (const each of docstringLover(5)) model.learn(each);
      return JSON.stringify(storeModel(model, options));
    });
    expect(results[0]).toBe(results[1]);
  });

  it('a refit knows only what it is given', () => {
    const model = createPreferenceModel(options);
    model.refit(docstringLover(80));
    model.refit([]);
    expect(model.predict(WITH)).toBe(createPreferenceModel(options).predict(WITH));
    expect(model.state().decisions).toEqual([]);
  });

  it('a reason says more than a bare denial, in its own direction', () => {
    const denied = subject({ tests: -1 });
    const gainFor = (reasons: { feature: 'tests'; wanted: 1; share: number }[]): number => {
      const model = createPreferenceModel(options);
      model.refit([{ kind: 'vote', decision: 'd', subject: denied, approved: false, reasons }]);
      return model.prefers(subject({ tests: 1 }), subject({ tests: -1 }));
    };
    expect(gainFor([{ feature: 'tests', wanted: 1, share: 1 }])).toBeGreaterThan(gainFor([]) + 0.05);
  });

  it('an edit says more than a vote', () => {
    const edited = createPreferenceModel(options);
    edited.refit([
      { kind: 'comparison', decision: 'd', better: WITH, worse: WITHOUT, weight: EDIT_WEIGHT },
      vote(WITH, true),
    ]);
    const voted = createPreferenceModel(options);
    voted.refit([vote(WITH, true)]);
    expect(edited.prefers(WITH, WITHOUT)).toBeGreaterThan(voted.prefers(WITH, WITHOUT) + 0.005);
  });

  it('forgets: what the user liked long ago gives way to what is liked now', () => {
    // Few enough that nothing is left out for its age: it is the weights that fade.
    const turned = [...docstringLover(200), ...docstringLover(120).map((each) => flipped(each))];
    const forgetting = createPreferenceModel({ ...options, halfLife: 50 });
    forgetting.refit(turned);
    const keeping = createPreferenceModel({ ...options, halfLife: Number.POSITIVE_INFINITY });
    keeping.refit(turned);
    expect(forgetting.prefers(WITHOUT, WITH)).toBeGreaterThan(0.5);
    expect(keeping.prefers(WITHOUT, WITH)).toBeLessThan(0.5);
  });

  it('prefers is the other way round for the other way round', () => {
    const model = createPreferenceModel(options);
    model.refit(docstringLover(20));
    expect(model.prefers(WITH, WITHOUT) + model.prefers(WITHOUT, WITH)).toBeCloseTo(1, 6);
    expect(model.prefers(WITH, WITH)).toBeCloseTo(0.5, 9);
  });

  it('keeps the order of candidates that are alike', () => {
    const ranked = createPreferenceModel(options).rank([WITH, WITH, WITH]);
    expect(ranked.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it("explains itself in the features' own words, in the direction that it acts", () => {
    const model = createPreferenceModel(options);
    model.refit(docstringLover(60));
    const [best, worst] = model.rank([WITHOUT, WITH]);
    expect(best?.why[0]).toMatchObject({ text: 'more docstrings' });
    expect(best?.why[0]?.effect).toBeGreaterThan(0);
    expect(worst?.why[0]).toMatchObject({ text: 'less docstrings' });
    expect(worst?.why[0]?.effect).toBeLessThan(0);
  });

  it('acts only once it is measurably better than the running rate', () => {
    const model = createPreferenceModel(options);
    expect(model.evidence()).toEqual({ e: 1, useful: false });
    for (const each of docstringLover(80)) model.learn(each);
    expect(model.evidence().useful).toBe(true);
    const guessing = createPreferenceModel(options);
    for (let i = 0; i < 40; i += 1) guessing.learn(vote(subject(), i % 2 === 0, i));
    expect(guessing.evidence().useful).toBe(false);
  });

  it('is calibrated: where it says 70 % or more, more than 70 % are approved', () => {
    const model = createPreferenceModel(options);
    const said: { p: number; y: boolean }[] = [];
    for (let i = 0; i < 400; i += 1) {
      const has = i % 2 === 0;
      // Four of five with docstrings are approved, one of five without.
      const approved = has ? i % 10 !== 0 : i % 10 === 1;
      const of = has ? WITH : WITHOUT;
      said.push({ p: model.predict(of), y: approved });
      model.learn(vote(of, approved, i));
    }
    const late = said.slice(200);
    for (const has of [true, false]) {
      const group = late.filter(({ p }) => p > 0.5 === has);
      const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
      expect(group.length).toBeGreaterThan(50);
      expect(Math.abs(mean(group.map(({ p }) => p)) - mean(group.map(({ y }) => (y ? 1 : 0))))).toBeLessThan(
        0.05,
      );
    }
  });
});

describe('preference_model.json', () => {
  const taught = () => {
    const model = createPreferenceModel(options);
    model.refit([
      ...docstringLover(20),
      {
        kind: 'vote',
        decision: 'r',
        subject: subject({}, ['mutex', 'thread']),
        approved: false,
        reasons: [{ feature: 'tests', wanted: 1, share: 1 }],
      },
    ]);
    return model;
  };

  it('predicts the same after a round trip through JSON, and goes on learning the same', () => {
    const model = taught();
    const text = JSON.stringify(storeModel(model, options));
    const again = restoreModel(modelFileSchema.parse(JSON.parse(text)), options);
    expect(again.predict(WITH)).toBe(model.predict(WITH));
    expect(JSON.stringify(storeModel(again, options))).toBe(text);
    for (const each of docstringLover(10)) {
      model.learn(each);
      again.learn(each);
    }
    expect(again.predict(WITHOUT)).toBeCloseTo(model.predict(WITHOUT), 9);
    expect(again.evidence().e).toBeCloseTo(model.evidence().e, 9);
  });

  it('keeps a model that forgets nothing', () => {
    const endless = { ...options, halfLife: Number.POSITIVE_INFINITY };
    const model = createPreferenceModel(endless);
    model.refit(docstringLover(10));
    const again = restoreModel(
      modelFileSchema.parse(JSON.parse(JSON.stringify(storeModel(model, endless)))),
      options,
    );
    expect(again.predict(WITH)).toBe(model.predict(WITH));
  });

  it('names what it learned from, and can be read', () => {
    const file = storeModel(taught(), options);
    expect(file.provenance).toMatchObject({ votes: 21, comparisons: 0, reasons: 1 });
    expect(file.provenance.decisions.at(-1)).toBe('r');
    expect(file.named).toEqual(['tests']);
    const words = file.experts.find(({ kind }) => kind === 'words');
    expect(words?.kind === 'words' && words.vocabulary['mutex']).toBeLessThan(0);
    const own = file.experts.find(({ name }) => name === 'fresh10');
    expect(own?.kind === 'gaussian' && own.weights['docstring']).toBeGreaterThan(0.3);
    expect(file.mixture.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it('refuses another form', () => {
    const file = storeModel(taught(), options);
    expect(modelFileSchema.safeParse({ ...file, v: 2 }).success).toBe(false);
    expect(modelFileSchema.safeParse({ ...file, logEvidence: 'high' }).success).toBe(false);
    expect(() => restoreModel({ ...file, experts: file.experts.slice(1) }, options)).toThrow(RangeError);
    const broken = file.experts.map((each) =>
      each.kind === 'gaussian' ? { ...each, covariance: 'AAAA' } : each,
    );
    expect(() => restoreModel({ ...file, experts: broken }, options)).toThrow(RangeError);
  });
});

describe('the shipped prior', () => {
  it('has its form, and names its data and their licences', () => {
    const { provenance } = preferencePriorSchema.parse(SHIPPED_PRIOR);
    expect(provenance.sources.map(({ licence }) => licence)).toEqual(['MIT', 'Apache-2.0', 'Apache-2.0']);
  });

  it('is for confident completions and against cut-off answers', () => {
    expect(SHIPPED_PRIOR.context.weights.logprob).toBeGreaterThan(0);
    expect(SHIPPED_PRIOR.answer.weights.odd_fence).toBeLessThan(0);
  });
});

describe('subjectOf', () => {
  it('looks at each word once', () => {
    const { words } = subjectOf({
      prompt: '',
      text: 'a b A c',
      meanLogprob: undefined,
      lastText: undefined,
      secondsSinceLast: undefined,
      category: 'other',
    });
    expect(words).toEqual(['a', 'b', 'c']);
  });
});

function flipped(observation: Observation): Observation {
  return observation.kind === 'vote' ? { ...observation, approved: !observation.approved } : observation;
}
