import { createHash } from 'node:crypto';
import type { ParamsIn, RequestName } from '../../sidecar/protocol/methods.ts';
import { DEFAULT_SETTINGS } from '../../sidecar/protocol/settingsSchemas.ts';

/** A fixed ULID that differs per number. */
export const id = (n: number): string => `01KAZ0000000000000000000${String(n).padStart(2, '0')}`;

export const TEXT = 'const answer = 42;\n';
export const SHA256 = createHash('sha256').update(TEXT).digest('hex');

/** Parameters that each method takes; every method of the table has an entry, which the compiler checks. */
export const VALID: { readonly [N in RequestName]: ParamsIn<N> & Record<string, unknown> } = {
  initialize: {
    protocolVersion: 1,
    client: { name: 'test', version: '0' },
    settings: DEFAULT_SETTINGS,
    trusted: true,
  },
  shutdown: {},
  'health.get': {},
  'models.list': {},
  'models.pull': { name: 'smollm2:135m', dryRun: true },
  'models.adopt': { name: 'tuned:1b' },
  'models.remove': { name: 'tuned:1b' },
  'request.ask': { request: id(1), thread: id(2), prompt: 'Add two numbers.' },
  'request.cancel': { request: id(1) },
  'request.get': { request: id(1) },
  'request.list': { thread: id(2), limit: 10 },
  'decision.record': {
    decision: id(3),
    request: id(1),
    candidate: id(4),
    sha256: SHA256,
    verdict: 'denied',
    reasons: ['too_long'],
    note: 'shorter',
    copy: { thread: id(2), prompt: 'Add two numbers.', category: 'code_generation', model: 'm', text: TEXT },
  },
  'decision.reason': { decision: id(3), reasons: ['style'], note: 'tabs' },
  'decision.undo': { decision: id(3) },
  'decision.list': { limit: 5, ids: [id(3)] },
  'applied.record': { candidate: id(4), how: 'insert', target: { uriHash: 'ab', range: [1, 2] } },
  'survival.record': { candidate: id(4), afterMinutes: 60, ratio: 0.5 },
  'feedback.record': { request: id(1), text: 'good', tags: ['pos'] },
  'pairs.list': { before: `${id(3)}-edit`, limit: 5 },
  'hypotheses.ask': { request: id(1), thread: id(2), prompt: 'build api' },
  'hypotheses.choose': { request: id(1), selected: 'h1' },
  'stats.get': {},
  'memory.list': { limit: 5 },
  'memory.set': { id: 'm1', text: 'x' },
  'memory.forget': { ids: [id(1)], about: 'lodash' },
  'rules.list': {},
  'rules.set': { id: 'r1', on: false, pinned: true },
  'blocks.list': {},
  'blocks.set': { phrase: 'lodash', on: true },
  'persona.get': {},
  'persona.set': { name: 'concise', on: false },
  'preference.get': {},
  'train.start': { kind: 'prompt', noBuild: true },
  'train.cancel': { run: id(5) },
  'runs.list': { limit: 5 },
  'runs.get': { run: id(5) },
  'versions.list': {},
  'versions.activate': { version: null },
  'versions.remove': { version: id(6) },
  'compare.vote': { request: id(1), winner: id(4) },
  'data.list': { limit: 5 },
  'data.set': { decision: id(3), use: true },
  'export.run': { kind: 'pairs', format: 'jsonl' },
  'import.run': { path: '/tmp/x', preview: true },
  'doctor.run': {},
  'reset.run': { confirm: 'reset' },
  'settings.get': {},
  'settings.set': { temperature: 0.5 },
};
