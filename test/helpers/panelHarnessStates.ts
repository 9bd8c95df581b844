import type { CandidateView, Card, ErrorView, PanelState } from '../../webview/protocol.ts';

/** A ULID that ends in a number, so that order of creation is order of number. */
export function testId(number: number): string {
  return `01J${String(number).padStart(23, '0')}`;
}
export const TEST_SHA = 'a'.repeat(64);

export const ANSWER = `Retry only on 429, wait as long as the server asks, and give up after five tries.

\`\`\`ts
export async function fetchJson<T>(url: string, tries = 5): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url);
    if (response.ok) return response.json();
    // Anything but "too many requests" is not worth another try.
    if (response.status !== 429 || attempt === tries) {
      throw new HttpError(response.status, \`GET \${url} failed\`);
    }
    const wait = Number(response.headers.get('retry-after') ?? 2 ** attempt);
    await new Promise((done) => setTimeout(done, wait * 1000));
  }
}
\`\`\`

The wait comes from \`Retry-After\` where there is one; else it doubles.`;

export function testCandidate(number: number, change: Partial<CandidateView> = {}): CandidateView {
  return {
    id: testId(number),
    state: 'complete',
    text: ANSWER,
    thinking: '',
    nextSeq: 1,
    sha256: TEST_SHA,
    model: 'qwen2.5-coder:7b-trained v3',
    ...change,
  };
}

export const SENT: NonNullable<Card['sent']> = {
  limit: 8192,
  total: 1240,
  parts: [
    { name: 'prompt', tokens: 12, cut: false },
    { name: 'src/api.ts:40-58', tokens: 410, cut: false },
    { name: '@types.ts', tokens: 620, cut: false },
    { name: '3 rules', tokens: 98, cut: false },
    { name: '1 example', tokens: 100, cut: false },
  ],
  system: 'You write short answers. Handle errors.',
  rules: [{ id: 'r1', text: 'Handle errors explicitly.' }],
  examples: [],
};

export function testCard(number: number, change: Partial<Card> = {}): Card {
  return {
    request: testId(number),
    prompt: 'Make this retry on 429.',
    category: 'refactoring',
    context: ['src/api.ts:40-58', '@types.ts'],
    model: 'qwen2.5-coder:7b-trained v3',
    candidates: [testCandidate(number + 100_000)],
    sent: SENT,
    restored: false,
    ...change,
  };
}

type Decision = NonNullable<Card['decision']>;
export function testDecision(number: number, candidate: string, change: Partial<Decision> = {}): Decision {
  return {
    id: testId(number),
    verdict: 'denied',
    reasons: ['too_long'],
    candidate,
    line: 'Denied: too long. From now on: shorter answers first (5 decisions).',
    rule: 'rule-1',
    state: 'saved',
    ...change,
  };
}

/** A decided card in its final state. */
export function decidedCard(number: number, change: Partial<Decision> = {}, card: Partial<Card> = {}): Card {
  const plain = testCard(number, card);
  const candidate = plain.candidates[0]?.id ?? testId(number);
  return { ...plain, decision: testDecision(number + 200_000, candidate, change) };
}

export function testState(change: Partial<PanelState> = {}): PanelState {
  return {
    model: 'qwen2.5-coder:7b-trained v3',
    machine: '',
    cards: [],
    more: false,
    chips: [],
    banner: { kind: 'none' },
    history: ['Explain this regex.', 'Write a test for parseDate.'],
    examples: [
      'Explain what fetchJson in src/api.ts does',
      'Write tests for src/api.ts',
      'Find what can go wrong in src/api.ts',
    ],
    reasons: [
      ...['too_complex', 'too_long', 'missing_error_handling', 'wrong', 'missing_tests', 'style'],
      ...['poor_names', 'slow', 'insecure'],
    ],
    candidates: 'auto',
    canWrite: true,
    draft: '',
    ...change,
  };
}

const OLDER: readonly [string, Partial<Decision>][] = [
  ['Explain this regex.', { verdict: 'approved', reasons: ['clear'], line: 'Approved: clear.' }],
  [
    'Write a test for parseDate with leap years and time zones.',
    { verdict: 'edited', reasons: [], line: 'Edited and approved.' },
  ],
  ['Add a cache to the user lookup.', { verdict: 'denied', reasons: ['too_complex'] }],
];
export function olderCards(): Card[] {
  return OLDER.map(([prompt, decision], index) => decidedCard(index + 1, decision, { prompt }));
}

const error = (
  code: string,
  what: string,
  why: string,
  next: string,
  buttons: ErrorView['buttons'],
): ErrorView => ({
  ...{ code, what, why, next, buttons },
});
const noServer = error(
  'server.unreachable',
  'Ollama does not answer at 127.0.0.1:11434.',
  'Nothing listens on that port.',
  'Start it, or use the built-in model.',
  [
    { action: 'startOllama', title: 'Start it' },
    { action: 'changeHost', title: 'Change host' },
    { action: 'useBuiltIn', title: 'Use built-in model' },
  ],
);
const failed = error(
  'stream.cut',
  'The answer broke off.',
  'The server closed the connection after 0 characters.',
  'Ask again; your prompt is still in the box.',
  [
    { action: 'retry', title: 'Retry' },
    { action: 'showLogs', title: 'Show logs' },
  ],
);
const changed = error(
  'apply.documentChanged',
  'src/api.ts changed since you asked.',
  'Lines 40-58 are no longer what the answer was made for.',
  'Nothing was written.',
  [
    { action: 'showDiff', title: 'Show diff' },
    { action: 'applyElsewhere', title: 'Apply elsewhere' },
    { action: 'copy', title: 'Copy' },
  ],
);
const diskFull = error(
  'memory.diskFull',
  'The disk is full.',
  '/home/you/.whetstone has no room for the next decision.',
  'Free some space: 10 MB are enough.',
  [
    { action: 'openDataFolder', title: 'Open data folder' },
    { action: 'retry', title: 'Try again' },
  ],
);

const streaming = (
  state: CandidateView['state'],
  length: number,
  more: Partial<CandidateView> = {},
): Card => {
  const { sha256: _unknown, ...open } = testCandidate(500, { state, text: ANSWER.slice(0, length), ...more });
  return testCard(50, { candidates: [open] });
};
const withCards = (card: Card, change: Partial<PanelState> = {}) =>
  testState({ cards: [...olderCards(), card], ...change });
const three = testCard(50, {
  candidates: [
    testCandidate(501),
    testCandidate(502, {
      label: 'by qwen3:32b',
      text: 'A shorter way.\n\n```ts\nconst retry = 1;\n```',
      why: ['+ less prose', '+ more error handling', '- fewer tests'],
      foretold: { p: 0.8, n: 41 },
    }),
    testCandidate(503, { label: 'third answer' }),
  ],
  suggested: testId(502),
  chosenBy: 'taste',
});
const models = [
  { name: 'qwen2.5-coder:7b', size: '4.7 GB', memory: '8 GB', note: 'Best of these for code' },
  { name: 'qwen2.5-coder:3b', size: '1.9 GB', memory: '4 GB', note: 'Good on a laptop' },
  { name: 'qwen2.5-coder:1.5b', size: '1.0 GB', memory: '2 GB', note: 'Fast, simpler answers' },
];
const chips: PanelState['chips'] = [
  { id: 'selection', kind: 'selection', title: 'selection 18 lines', detail: 'src/api.ts:40-58' },
  { id: 'file:src/types.ts', kind: 'file', title: '@types.ts', detail: 'src/types.ts' },
];

const READINGS: NonNullable<Card['readings']>['rows'] = [
  { id: 'h1', question: 'Do you want to build a REST API?', confidence: 0.96 },
  {
    id: 'h2',
    question: 'Do you want to build a GraphQL API on top of the tables of the shop?',
    confidence: 0.02,
  },
  { id: 'h3', question: 'Do you want to call an API from the web page?', confidence: 0.01 },
];
const BUILD_API: Partial<Card> = { prompt: 'build api', category: 'code_generation', context: [] };
const asking = (readings: NonNullable<Card['readings']>): Card => {
  const { sent: _none, category: _unknown, ...card } = testCard(50, { prompt: 'build api', context: [] });
  return { ...card, candidates: [], readings };
};

/** Every state of the panel that is designed, by the name of its picture. */
export const PANEL_STATES: Readonly<Record<string, PanelState>> = {
  empty: testState({ chips: chips.slice(0, 1) }),
  noServer: testState({ banner: { kind: 'noServer', error: noServer } }),
  noModels: testState({ model: '', banner: { kind: 'noModels', recommended: models, builtIn: true } }),
  pulling: testState({
    model: '',
    banner: {
      ...{ kind: 'noModels', recommended: models, builtIn: true },
      pulling: { name: 'qwen2.5-coder:3b', status: '0.8 of 1.9 GB', percent: 42 },
    },
  }),
  loading: withCards(streaming('loading', 0, { loadingSince: Date.now() - 12_000 })),
  streaming: withCards(streaming('streaming', 420)),
  thinking: withCards(streaming('streaming', 0, { thinking: 'The user wants retries. Only 429 matters.' })),
  complete: withCards(testCard(50), { chips }),
  candidates: withCards(three),
  stopped: withCards(
    testCard(50, { candidates: [testCandidate(500, { state: 'stopped', text: ANSWER.slice(0, 420) })] }),
  ),
  failed: withCards(testCard(50, { candidates: [], error: failed }), { draft: 'Make this retry on 429.' }),
  cutContext: withCards(
    testCard(50, {
      sent: { ...SENT, total: 8190, parts: [...SENT.parts, { name: 'src/big.ts', tokens: 5000, cut: true }] },
    }),
  ),
  documentChanged: withCards(testCard(50, { candidates: [testCandidate(500, { error: changed })] })),
  advice: withCards(testCard(50), {
    banner: {
      kind: 'advice',
      message: 'Ollama 0.16.2 has a known security fault (CVE-2026-7482). Update it.',
    },
  }),
  readings: withCards(asking({ state: 'open', rows: READINGS })),
  looking: withCards(asking({ state: 'looking', rows: [] })),
  taken: withCards(
    testCard(50, {
      ...BUILD_API,
      readings: { state: 'taken', rows: READINGS, selected: 'h1' },
    }),
  ),
  restricted: withCards(testCard(50), { canWrite: false, banner: { kind: 'restricted' } }),
  restored: withCards(testCard(50, { restored: true })),
  restarting: withCards(streaming('stopped', 420, { sha256: TEST_SHA }), {
    banner: {
      kind: 'restarting',
      message: 'Whetstone is starting again. What you send now is sent when it is back.',
    },
    draft: 'And log each retry.',
  }),
  diskFull: withCards(decidedCard(50, { state: 'queued', verdict: 'approved', reasons: [], line: '' }), {
    banner: { kind: 'notSaved', error: diskFull, waiting: 2 },
  }),
  decided: withCards(decidedCard(50)),
};
