import { describe, expect, it } from 'vitest';
import type { LearnedRule } from '../../../sidecar/learn/deriveRules.ts';
import { distill } from '../../../sidecar/train/distill.ts';

const DECISION = '01HZZZZZZZZZZZZZZZZZZZZZ05';
const example = (response: string, decision = DECISION) => ({
  decision,
  request: '01HZZZZZZZZZZZZZZZZZZZZZ06',
  prompt: `Write something for ${decision}`,
  response,
  edited: false,
});
// Put together here, so that no tool takes this file for a leak.
const secret = `gh${'p'}_q7Zk2Lm9Xc4Vb8Nn1Aa5Ss3Dd6Ff0GhJ1234`;

describe('what looks like a key', () => {
  it('is not built into a model, and the log says what was left out without showing it', () => {
    const clean = example('```ts\nexport const a = 1;\n```', '01HZZZZZZZZZZZZZZZZZZZZZ07');
    const rule: LearnedRule = {
      id: 'use:x',
      scope: 'always',
      source: 'decisions',
      edited: false,
      text: `Always send ${secret}.`,
      short: 'x',
      evidence: [DECISION],
      against: [],
      on: true,
      resting: undefined,
      pinned: false,
    };
    const made = distill([rule], [example(`\`\`\`ts\nlogin('${secret}');\n\`\`\``), clean]);
    expect(made.examples.map((each) => each.decision)).toEqual([clean.decision]);
    expect(made.rules).toEqual([]);
    expect(made.remarks).toEqual([
      'Left out: a rule with 1 for it holds what looks like a GitHub token.',
      `Left out: the example from decision ${DECISION} holds what looks like a GitHub token.`,
    ]);
    expect(JSON.stringify(made)).not.toContain(secret);
  });
});
