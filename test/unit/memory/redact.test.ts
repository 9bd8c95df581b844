import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSecrets, redact } from '../../../sidecar/memory/redact.ts';

// Put together here, so that no tool takes this file for a leak.
const random = 'q7Zk2Lm9Xc4Vb8Nn1Aa5Ss3Dd6Ff0GhJ';
const long = `${random}${random.split('').reverse().join('')}`;
const SECRETS: readonly (readonly [kind: string, secret: string])[] = [
  ['AWS access key', `AKI${'A'}Q3EGRT5ZKLNB27XW`],
  ['GitHub token', `gh${'p'}_${long.slice(0, 36)}`],
  ['GitHub token', `github${'_'}pat_${long}${long.slice(0, 18)}`],
  ['GitLab token', `glpa${'t'}-${random.slice(0, 20)}`],
  ['npm token', `np${'m'}_${long.slice(0, 36)}`],
  ['Slack token', `xox${'b'}-123456789012-${random}`],
  ['Stripe key', `sk_liv${'e'}_${random}`],
  ['Google API key', `AIz${'a'}${long.slice(0, 35)}`],
  ['model service key', `s${'k'}-proj-${long.slice(0, 48)}`],
  ['Hugging Face token', `h${'f'}_${long.slice(0, 34)}`],
  ['signed token', `ey${'J'}hbGciOiJIUzI1NiJ9.eyJ${random}.${random}`],
  [
    'private key',
    `-----BEGIN RSA PRIVATE${' '}KEY-----\nMIIEow${random}\n${random}\n-----END RSA PRIVATE${' '}KEY-----`,
  ],
  ['private key', `-----BEGIN PRIVATE${' '}KEY-----\nMIIEow${random}\ncut off here`],
];

describe('secrets', () => {
  it.each(SECRETS)('%s is found whole, in the middle of code', (kind, secret) => {
    const text = `const a = 1;\nuse("${secret}")`;
    const before = text.indexOf(secret);
    const [found] = findSecrets(text);
    expect(found).toMatchObject({ from: before, kind });
    expect(redact(text)).toContain(`use("[redacted: ${kind}]`);
    for (const part of [random.slice(0, 16), secret.slice(8, 20)]) expect(redact(text)).not.toContain(part);
  });

  it.each([
    [`password = "hunter2!Blue"`, 'hunter2!Blue'],
    [`DB_PASSWORD=${random}`, random],
    [`{"apiKey": "${random}"}`, random],
    [`stripeSecretKey: '${random}'`, random],
    [`postgres://user:s3cr3t!pw@db.local/x`, 's3cr3t!pw'],
    [`Authorization: Bearer ${long}`, long],
    [`token := "${random}"`, random],
  ])('a value that is named as one: %s', (text, secret) => {
    expect(redact(text)).not.toContain(secret);
    const [found] = findSecrets(text);
    expect(text.slice(found?.from, found?.to)).toBe(secret);
    expect(findSecrets(text)).toHaveLength(1);
  });

  it.each([
    'const password = await promptForPassword();',
    'password: string;',
    'const token = tokens[index + 1];',
    'token = request.headers.authorization',
    "placeholder: 'Enter your password here'",
    'API_KEY=your-api-key-here-12345',
    'password = "changeme123!"',
    `secret: $${'{{'} secrets.DEPLOY_TOKEN_2 }}`,
    'const apiKey = process.env.API_KEY_2024;',
    'password = os.environ["DB_PASSWORD_1"]',
    'sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"',
    'id: 01HZZZZZZZZZZZZZZZZZZZZZ05',
    'the token is split at each comma',
    'https://example.com:8080/path?a=b',
    'git@github.com:user/repo.git',
    'function tokenize(text) { return text.split(/[ ,]+/); }',
    'const tokenCount = estimateTokens(text) + 256;',
    'AKIAIOSFODNN7EXAMPLE',
    'sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'import { createHash } from "node:crypto";',
    'token: "2026-01-01T00:00:00.000Z"',
  ])('is not: %s', (text) => {
    expect(findSecrets(text)).toEqual([]);
    expect(redact(text)).toBe(text);
  });

  it('has places in order, inside the text, without overlaps, and none is left after redacting', () => {
    const pieces = fc.constantFrom(
      ...SECRETS.map(([, secret]) => secret),
      `password="${random}"`,
      `DB_PASSWORD=${random}`,
      `https://me:${random}@host/`,
    );
    const between = fc.constantFrom('\n', ' ', ';\n', '\n\tconst x = 1\n', '\n\u00e9\u{1f600} ');
    fc.assert(
      fc.property(fc.array(fc.tuple(pieces, between), { maxLength: 8 }), (parts) => {
        const text = parts.flat().join('');
        let end = 0;
        for (const { from, to } of findSecrets(text)) {
          expect(from).toBeGreaterThanOrEqual(end);
          expect(to).toBeGreaterThan(from);
          end = to;
        }
        expect(end).toBeLessThanOrEqual(text.length);
        expect(redact(text)).not.toContain(random.slice(0, 16));
        expect(findSecrets(redact(text))).toEqual([]);
      }),
    );
  });

  it('takes no more than its time on long texts without any', () => {
    for (const text of [
      'a_'.repeat(200_000),
      'token'.repeat(50_000),
      '-----BEGIN '.repeat(20_000),
      'x'.repeat(400_000),
    ])
      expect(findSecrets(text)).toEqual([]);
  });
});
