import type { Result } from '../../../sidecar/protocol/methods.ts';
import type { Pair } from '../../../sidecar/protocol/pairSchemas.ts';
import type { Candidate, RequestRecord } from '../../../sidecar/protocol/requestSchemas.ts';
import type { Version } from '../../../sidecar/protocol/trainingSchemas.ts';
import { ID } from './cliHarness.ts';

export const REQUEST = ID(50);
export const SHA = 'a'.repeat(64);

export function candidate(n: number, text: string, more: Partial<Candidate> = {}): Candidate {
  return {
    candidate: ID(60 + n),
    request: REQUEST,
    text,
    sha256: SHA,
    model: 'small:1b',
    stopped: 'complete',
    ...more,
  };
}

export const sent: Result<'request.ask'>['sent'] = {
  limit: 8192,
  total: 100,
  parts: [],
  system: '',
  rules: [],
  examples: [],
};

export function askResult(request: string, candidates: Candidate[]): Result<'request.ask'> {
  return {
    request,
    category: 'code_generation',
    candidates,
    suggested: candidates[0]?.candidate,
    sent,
  };
}

export function requestRecord(more: Partial<RequestRecord> = {}): RequestRecord {
  return {
    request: REQUEST,
    thread: ID(51),
    at: '2026-03-04T05:06:07.000Z',
    prompt: 'sort a list',
    category: 'code_generation',
    model: 'small:1b',
    context: [],
    candidates: [candidate(1, 'sorted(xs)')],
    ...more,
  };
}

export function pair(n: number, more: Partial<Pair> = {}): Pair {
  return {
    id: `${ID(70 + n)}-edit`,
    request: REQUEST,
    prompt: 'sort a list',
    chosen: 'sorted(xs)',
    rejected: 'xs.sort()',
    source: 'edit',
    weight: 1,
    createdAt: '2026-03-04T05:06:07.000Z',
    ...more,
  };
}

export function stats(more: Partial<Result<'stats.get'>> = {}): Result<'stats.get'> {
  const rate = { value: 0.82, n: 41, low: 0.68, high: 0.91 };
  return {
    requests: 50,
    approved: 30,
    denied: 8,
    edited: 3,
    approval: rate,
    kept: { value: null, n: 0, low: 0, high: 1 },
    byCategory: [{ category: 'testing', approval: { ...rate, value: 0.5, n: 14 }, weak: true }],
    phase: 'Competent',
    word: 'good',
    newSinceTraining: 14,
    trainingDue: true,
    learning: {
      hypotheses_count: 0,
      persona_updates_count: 0,
      selectionRate: { value: null, n: 0, low: 0, high: 1 },
      autoAdvanceRate: { value: null, n: 0, low: 0, high: 1 },
      activeDays: 0,
      meanScore: null,
      scores: 0,
    },
    topReasons: ['too_long', 'wrong'],
    ...more,
  };
}

export function version(number: number, more: Partial<Version> = {}): Version {
  return {
    version: ID(70 + number),
    number,
    name: `small-trained:1b-v${number}`,
    activeName: 'small-trained:1b',
    base: 'small:1b',
    engine: 'ollama',
    run: ID(80),
    runKind: 'prompt',
    createdAt: '2026-03-04T05:06:07.000Z',
    decisions: 61,
    rules: [],
    examples: 2,
    system: '',
    active: false,
    deleted: false,
    verdict: 'not yet known (n = 0)',
    ...more,
  };
}

export function trainResult(more: Partial<Result<'train.start'>> = {}): Result<'train.start'> {
  return {
    run: ID(80),
    status: 'succeeded',
    line: 'Trained v3 from 61 decisions: 4 rules, 2 examples.',
    version: version(3),
    modelfile: 'FROM small:1b',
    system: 'Be short.',
    previousSystem: '',
    rules: [],
    examples: [],
    decisions: 61,
    advice: ['Decide more in testing.'],
    files: { modelfile: '/data/Modelfile.trained', log: '/data/training_log.md' },
    handEdit: 'none',
    ...more,
  };
}
