import type { BodyOf, EventKind, EventOf } from '../../../sidecar/memory/events.ts';

/** A ULID that counts: `ulid(7)`. */
export function ulid(n: number): string {
  return `01${String(n).padStart(24, '0')}`;
}

/** A whole event; `n` gives its id and, unless told otherwise, its second. */
export function event<K extends EventKind>(n: number, body: BodyOf<K>, second = n): EventOf<K> {
  const at = new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString();
  return { v: 1, id: ulid(n), at, writer: ulid(1), ...body };
}

export function request(n: number, prompt = 'Add two numbers'): EventOf<'request'> {
  const id = ulid(n);
  return event<'request'>(n, {
    kind: 'request',
    thread: id,
    request: id,
    prompt,
    context: [],
    category: 'code_generation',
    model: 'small',
    appVersion: '0.1.0',
  });
}

export function candidate(n: number, of: number, text = 'return a + b'): EventOf<'candidate'> {
  return event<'candidate'>(n, {
    kind: 'candidate',
    request: ulid(of),
    candidate: ulid(n),
    text,
    sha256: 'a'.repeat(64),
    model: 'small',
    options: {},
    stopped: 'complete',
    engine: 'ollama',
  });
}

/** How the answers of a request were shown. */
export function shown(
  n: number,
  { request: of, candidate: opened }: { request: number; candidate: number },
  second = n,
): EventOf<'shown'> {
  return event<'shown'>(
    n,
    {
      kind: 'shown',
      request: ulid(of),
      order: [ulid(opened)],
      opened: ulid(opened),
      propensity: 1,
      scores: { [ulid(opened)]: { p: 0.5, why: ['a secret word'] } },
      hidden: [],
    },
    second,
  );
}

export function decision(
  n: number,
  of: { request: number; candidate: number },
  verdict: 'approved' | 'denied' | 'edited',
  rest: Partial<BodyOf<'decision'>> = {},
): EventOf<'decision'> {
  return event<'decision'>(n, {
    kind: 'decision',
    decision: ulid(n),
    request: ulid(of.request),
    candidate: ulid(of.candidate),
    sha256: 'a'.repeat(64),
    verdict,
    reasons: [],
    ...rest,
  });
}
