import { ULID_PATTERN } from '../../protocol/ids.ts';
import type { Envelope } from '../events.ts';
import { afterForgetting, isTrainedOn, textsOf } from './forgetRules.ts';

/** Shorter texts are found everywhere: they would take files with them that have nothing to do with it. */
const MIN_NEEDLE = 12;
/** The beginning of a text is enough to know it by. */
const NEEDLE_LENGTH = 120;
/** At every place, also one inside another: a letter before an id must not hide it. */
const ULIDS = new RegExp(`(?=(${ULID_PATTERN}))`, 'g');

/** By what copies of something forgotten are known outside the journal. */
export interface Traces {
  readonly ids: ReadonlySet<string>;
  /** Beginnings of the texts, lower case. */
  readonly needles: ReadonlySet<string>;
  /** Training runs that used it. */
  readonly runs: ReadonlySet<string>;
  /** Digests of models that hold it. */
  readonly digests: ReadonlySet<string>;
}

export interface TraceCollector extends Traces {
  /** Takes in a line before it changes; true where it has to. */
  take(line: Envelope): boolean;
  /** Takes in what was asked to be forgotten, however short. */
  takeAbout(text: string): void;
}

export function createTraces(ids: ReadonlySet<string>): TraceCollector {
  const needles = new Set<string>();
  const runs = new Set<string>();
  const digests = new Set<string>();
  const takeText = (text: string): void => {
    const start = text.trim().slice(0, NEEDLE_LENGTH).toLowerCase();
    if (start.length >= MIN_NEEDLE) needles.add(start);
  };
  return {
    ids,
    needles,
    runs,
    digests,
    takeAbout: (text) => needles.add(text.slice(0, NEEDLE_LENGTH).toLowerCase()),
    take: (line) => {
      const goes = afterForgetting(line, ids) !== line;
      const { detail } = line;
      if (line.kind === 'version' && typeof detail === 'object' && detail !== null) {
        if (goes || isTrainedOn(detail, ids)) {
          takeString(runs, Reflect.get(detail, 'run'));
          takeString(digests, Reflect.get(detail, 'digest'));
        }
      } else if (goes) for (const text of textsOf(line)) takeText(text);
      return goes;
    },
  };
}

function takeString(set: Set<string>, value: unknown): void {
  if (typeof value === 'string' && value !== '') set.add(value);
}

/** Every id that stands in a text. */
export function* idsIn(text: string): Generator<string> {
  for (const [, id = ''] of text.matchAll(ULIDS)) yield id;
}

/** True where a piece of a file holds a trace. Texts are looked for as they are and as JSON writes them. */
export function holdsTrace(piece: string, traces: Traces): boolean {
  for (const id of idsIn(piece)) if (traces.ids.has(id) || traces.runs.has(id)) return true;
  const lower = piece.toLowerCase();
  for (const digest of traces.digests) if (lower.includes(digest)) return true;
  for (const needle of traces.needles) {
    if (lower.includes(needle)) return true;
    const escaped = JSON.stringify(needle).slice(1, -1);
    if (escaped !== needle && lower.includes(escaped)) return true;
  }
  return false;
}

/** Longest text by which a trace is known, in characters: pieces of a file overlap by that. */
export const TRACE_OVERLAP = NEEDLE_LENGTH * 6;
