import type { EventOf } from '../memory/events.ts';
import type { Candidate } from '../protocol/requestSchemas.ts';

/** A recorded answer as it travels. */
export function toCandidate(event: EventOf<'candidate'>): Candidate {
  const { candidate, request, text, thinking, sha256, model, label, stopped, usage } = event;
  return {
    candidate,
    request,
    text,
    ...(thinking !== undefined && { thinking }),
    sha256,
    model,
    ...(label !== undefined && { label }),
    stopped,
    ...(usage && { usage }),
  };
}
