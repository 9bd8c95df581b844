import { isUlid } from '../../protocol/ids.ts';
import type { Envelope } from '../events.ts';

const TIME = /^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d\.\d{3}Z$/;

/** The check of `envelopeSchema` by hand: it runs once a line at every start, where the schema costs twice as much. */
export function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false;
  if (!('v' in value && 'id' in value && 'at' in value && 'writer' in value && 'kind' in value)) return false;
  const { v, id, at, writer, kind } = value;
  return (
    typeof v === 'number' &&
    Number.isInteger(v) &&
    v > 0 &&
    typeof id === 'string' &&
    isUlid(id) &&
    typeof at === 'string' &&
    TIME.test(at) &&
    typeof writer === 'string' &&
    isUlid(writer) &&
    typeof kind === 'string' &&
    kind.length <= 64
  );
}
