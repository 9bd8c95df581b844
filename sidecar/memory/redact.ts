/** A place in a text that looks like a key, a token or a password; `from` and `to` are UTF-16 offsets. */
export interface Secret {
  readonly from: number;
  readonly to: number;
  /** What it looks like, for a person. */
  readonly kind: string;
}

interface Shape {
  readonly kind: string;

  readonly pattern: RegExp;
}

/** Prefixes that their issuers gave them so that they can be found, with the lengths that they have. */
const ISSUED: readonly Shape[] = [
  {
    kind: 'private key',
    pattern:
      /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----))*(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----)?/g,
  },
  { kind: 'AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g },
  { kind: 'GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36,251}\b|\bgithub_pat_[A-Za-z0-9_]{60,255}\b/g },
  { kind: 'GitLab token', pattern: /\bgl(?:pat|dt|rt|ptt|soat)-[A-Za-z0-9_-]{20,100}/g },
  { kind: 'npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: 'PyPI token', pattern: /\bpypi-[A-Za-z0-9_-]{50,300}/g },
  { kind: 'Slack token', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g },
  { kind: 'Stripe key', pattern: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,250}\b/g },
  { kind: 'Google API key', pattern: /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g },
  { kind: 'model service key', pattern: /\bsk-(?:ant-|proj-|svcacct-|or-)?[A-Za-z0-9_-]{32,250}/g },
  { kind: 'Hugging Face token', pattern: /\bhf_[A-Za-z0-9]{30,60}\b/g },
  { kind: 'SendGrid key', pattern: /\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}/g },
  { kind: 'Twilio key', pattern: /\bSK[0-9a-f]{32}\b/g },
  {
    kind: 'signed token',
    pattern: /\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{10,2000}/g,
  },
];

/** Words by which people name what is secret, also at the end of a longer name (`DB_PASSWORD`, `stripeApiKey`). */
const NAMED =
  /(?:pass(?:word|wd|phrase)|secret(?:[_-]?key)?|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|token|credentials?)["'`]?\s{0,4}(?::=|=>|[:=])\s{0,4}(?:"(?<double>[^"\n]{8,500})"|'(?<single>[^'\n]{8,500})'|`(?<back>[^`\n]{8,500})`|(?<bare>[^\s"'`,;(){}[\]<>]{12,500}))/gi;
const IN_ADDRESS = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'`]{1,100}:(?<secret>[^\s/@"'`]{4,200})@/gi;
const BEARER = /\bBearer\s+(?<secret>[A-Za-z0-9._~+/-]{20,2000}={0,2})/g;

/** Bits a character from which a text of mixed letters and digits reads as random. */
const RANDOM_BITS = 3;
const PLACEHOLDER =
  /^(?:[x*.#_-]+|<.*>|\$\{?.*|%.*%|\{\{.*|process\.env.*|os\.environ.*|env\..*)$|example|placeholder|change.?me|your|dummy|sample|fake|redacted|todo|test|1234567|abcdef/i;
const IDENTIFIER = /^[A-Za-z_$][A-Za-z_$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*)*$/;
const UUID_OR_VERSION = /^(?:v?\d+(?:\.\d+)+.*|\d{4}-\d{2}-\d{2}.*)$/;

/** Places that look like keys, tokens or passwords, in order and without overlaps. Reads only; finds the usual ones. */
export function findSecrets(text: string): Secret[] {
  const found: Secret[] = [];
  for (const { kind, pattern } of ISSUED) {
    for (const match of text.matchAll(pattern)) {
      if (isSpelledOut(match[0])) continue;
      found.push({ from: match.index, to: match.index + match[0].length, kind });
    }
  }
  for (const match of text.matchAll(IN_ADDRESS)) addGroup(found, match, 'password in an address', isPassword);
  for (const match of text.matchAll(BEARER)) addGroup(found, match, 'bearer token', isRandom);
  for (const match of text.matchAll(NAMED)) {
    const { double, single, back, bare } = match.groups ?? {};
    const quoted = double ?? single ?? back;
    const secret = quoted ?? bare ?? '';
    // In quotes it is a value; bare it may as well be code.
    if (quoted === undefined ? !isRandom(secret) : !isPassword(secret)) continue;
    const from = match.index + match[0].lastIndexOf(secret);
    found.push({ from, to: from + secret.length, kind: 'password or key' });
  }
  return withoutOverlaps(found);
}

/** The text with `[redacted: <kind>]` where a secret stood. */
export function redact(text: string): string {
  let end = 0;
  let clean = '';
  for (const { from, to, kind } of findSecrets(text)) {
    clean += `${text.slice(end, from)}[redacted: ${kind}]`;
    end = to;
  }
  return clean + text.slice(end);
}

function addGroup(
  found: Secret[],
  match: RegExpExecArray,
  kind: string,
  isSecret: (text: string) => boolean,
): void {
  const secret = match.groups?.['secret'] ?? '';
  if (!isSecret(secret)) return;
  const from = match.index + match[0].lastIndexOf(secret);
  found.push({ from, to: from + secret.length, kind });
}

/** True for a quoted value that a person could have chosen as a password, or that a machine made. */
function isPassword(text: string): boolean {
  if (PLACEHOLDER.test(text) || UUID_OR_VERSION.test(text) || text.includes('[redacted')) return false;
  // Messages and labels ("Enter your password") have spaces, names of other things no digit.
  if (/\s/.test(text)) return false;
  return isRandom(text) || (/\d/.test(text) && /[A-Za-z]/.test(text) && /[^A-Za-z0-9_.\-/ ]/.test(text));
}

function isRandom(text: string): boolean {
  if (text.length < 12 || PLACEHOLDER.test(text) || UUID_OR_VERSION.test(text)) return false;
  if (IDENTIFIER.test(text) || text.includes('[redacted')) return false;
  return /\d/.test(text) && /[A-Za-z]/.test(text) && bitsOf(text) >= RANDOM_BITS;
}

/** True for what documents show in the place of a key. */
function isSpelledOut(text: string): boolean {
  return /(.)\1{7}|example/i.test(text) && !text.startsWith('-----');
}

/** Shannon entropy in bits a character. */
function bitsOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** The first of those that overlap, the longest of those that begin alike. */
function withoutOverlaps(found: readonly Secret[]): Secret[] {
  const kept: Secret[] = [];
  for (const each of [...found].sort((a, b) => a.from - b.from || b.to - a.to)) {
    const last = kept.at(-1);
    if (!last || each.from >= last.to) kept.push(each);
  }
  return kept;
}
