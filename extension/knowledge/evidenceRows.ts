import type { ErrorCode } from '../../sidecar/protocol/errors.ts';
import type { Client } from '../../sidecar/protocol/methods.ts';
import type { Decision, RequestRecord } from '../../sidecar/protocol/requestSchemas.ts';
import type { EvidenceRow } from '../../webview/knowledgeProtocol.ts';
import { toAppError } from '../sidecar/rpcErrors.ts';
import { splitKey } from './knowledgeBook.ts';
import type { KnowledgeSources } from './knowledgeSources.ts';

type Side = EvidenceRow['side'];
interface Named {
  readonly for: readonly string[];
  readonly against: readonly string[];
  /** How many there are in all. */
  readonly count: number;
}

const NONE: Named = { for: [], against: [], count: 0 };
/** Answers that say that an id is no request, or one that is forgotten. */
const NO_REQUEST: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'request.unknown',
  'request.forgotten',
  'rpc.invalid',
]);
const MAX_ROWS = 100;
const MAX_PROMPT = 200;

/** Decisions and requests that an entry came from, newest first on each side. Rejects as the client does. */
export async function evidenceRows(
  client: Pick<Client, 'call'>,
  known: KnowledgeSources,
  key: string,
): Promise<{ readonly rows: EvidenceRow[]; readonly more: number }> {
  const named = namedBy(known, key);
  const rows = [
    ...(await rowsOf(client, named.for, 'for')),
    ...(await rowsOf(client, named.against, 'against')),
  ];
  return { rows, more: Math.max(0, named.count - named.for.length - named.against.length) };
}

function namedBy(known: KnowledgeSources, key: string): Named {
  const [kind, id] = splitKey(key);
  const all = (ids: readonly string[]): Named => ({ for: ids, against: [], count: ids.length });
  if (kind === 'rule') {
    const rule = known.rules.find((each) => each.id === id);
    if (!rule) return NONE;
    const { evidence, against, counts } = rule;
    return { for: evidence, against, count: counts.for + counts.against };
  }
  if (kind === 'memory') return all(known.memories.find((each) => each.id === id)?.evidence ?? []);
  if (kind === 'block') return all(known.blocks.find((each) => each.id === id)?.evidence ?? []);
  if (kind === 'taste') {
    const taste = known.preference.tastes.find(({ feature }) => feature === id);
    return all([...(taste?.named ?? []), ...(taste?.moved ?? [])]);
  }
  const moved = known.persona.updates.filter(({ facetDeltas }) => facetDeltas[id] !== undefined);
  return all([...new Set(moved.flatMap(({ request }) => request ?? []))]);
}

async function rowsOf(
  client: Pick<Client, 'call'>,
  ids: readonly string[],
  side: Side,
): Promise<EvidenceRow[]> {
  if (ids.length === 0) return [];
  const wanted = ids.slice(0, MAX_ROWS);
  const { decisions } = await client.call('decision.list', { ids: wanted, texts: true, limit: MAX_ROWS });
  const found = new Set(decisions.flatMap(({ decision, request }) => [decision, request]));
  const others = await Promise.all(wanted.filter((id) => !found.has(id)).map((id) => requestOf(client, id)));
  const undecided = others.filter((each) => each !== undefined);
  return [
    ...decisions.map((each) => decisionRow(each, side)),
    ...undecided.map((each) => requestRow(each, side)),
  ];
}

/** Undefined for what is no request, or is forgotten. Rejects as the client does otherwise. */
async function requestOf(client: Pick<Client, 'call'>, request: string): Promise<RequestRecord | undefined> {
  try {
    return await client.call('request.get', { request });
  } catch (error) {
    if (NO_REQUEST.has(toAppError(error).code)) return undefined;
    throw error;
  }
}

function decisionRow(each: Decision, side: Side): EvidenceRow {
  const { decision, request, at, verdict, reasons, note, prompt } = each;
  return {
    ...{ decision, request, at, verdict, side },
    reasons: [...reasons],
    ...(note !== undefined && { note }),
    prompt: shortened(prompt),
  };
}

const requestRow = ({ request, at, prompt }: RequestRecord, side: Side): EvidenceRow => ({
  ...{ request, at, side },
  reasons: [],
  prompt: shortened(prompt),
});

function shortened(prompt = ''): string {
  const line = prompt.replace(/\s+/g, ' ').trim();
  return line.length > MAX_PROMPT ? `${line.slice(0, MAX_PROMPT)}...` : line;
}

/** Request that an entry went into last. */
export function lastUseOf({ rules, memories, blocks }: KnowledgeSources, key: string): string | undefined {
  const [kind, id] = splitKey(key);
  const list = kind === 'rule' ? rules : kind === 'memory' ? memories : kind === 'block' ? blocks : [];
  const found: { readonly lastUsed?: { readonly request: string } | undefined } | undefined = list.find(
    (each) => each.id === id,
  );
  return found?.lastUsed?.request;
}
