import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BodyOf, JournalEvent } from '../../../sidecar/memory/events.ts';
import { createMemoryIndex } from '../../../sidecar/memory/index/createMemoryIndex.ts';
import { createIndexTables } from '../../../sidecar/memory/index/indexTables.ts';
import { candidate, decision, event, request, shown, ulid } from './memoryEvents.ts';

const place = { segment: 's.jsonl', offset: 0, length: 1 };

function indexOf(events: readonly JournalEvent[]) {
  const index = createMemoryIndex();
  for (const each of events) index.add(each, each, place);
  return index;
}

/** Everything the index says. */
function stateOf(events: readonly JournalEvent[]) {
  const index = indexOf(events);
  return {
    asOf: index.asOf,
    count: index.eventCount,
    requests: index.requests(),
    live: index.liveDecisions(),
    small: [
      index.feedback(),
      index.survival(),
      index.rules(),
      index.states(),
      index.versions(),
      index.runs(),
    ],
  };
}

const NOTHING: BodyOf<'forget'> = {
  kind: 'forget',
  requests: [],
  candidates: [],
  decisions: [],
  events: [],
  versions: [],
  why: 'asked',
};

const answer = { request: 10, candidate: 11 };
const STORY: JournalEvent[] = [
  request(10),
  candidate(11, 10),
  decision(12, answer, 'denied', { reasons: ['too_long'] }),
  event(13, { kind: 'reason', decision: ulid(12), reasons: ['style', 'too_long'], note: 'no classes' }),
  decision(14, answer, 'approved'),
  event(15, { kind: 'undo', decision: ulid(14) }),
  request(20),
  candidate(21, 20),
  candidate(22, 20),
  shown(26, { request: 20, candidate: 21 }),
  shown(27, { request: 20, candidate: 22 }),
  decision(23, { request: 20, candidate: 22 }, 'edited', { editedText: 'x' }),
  event(24, { kind: 'survival', candidate: ulid(22), afterMinutes: 60, ratio: 0.5 }),
  event(25, { kind: 'state', of: 'rule:short', state: 'off' }),
  // The same click, sent again after a restart: another event, a later time.
  { ...decision(30, answer, 'denied', { reasons: ['too_long'] }), decision: ulid(12) },
];

describe('createMemoryIndex', () => {
  it('takes the last verdict that was not undone', () => {
    const index = indexOf(STORY);
    expect(index.request(ulid(10))?.live?.decision).toBe(ulid(12));
    expect(index.decision(ulid(14))?.undone).toBe(true);
    expect(index.liveDecisions().map((each) => each.decision)).toEqual([ulid(23), ulid(12)]);
  });
  it('counts a click that was recorded twice once, at its first time', () => {
    const entry = indexOf(STORY).request(ulid(10));
    expect(entry?.decisions.map((each) => each.event)).toEqual([ulid(12), ulid(14)]);
  });
  it('adds later reasons without repeats', () => {
    const entry = indexOf(STORY).decision(ulid(12));
    expect(entry).toMatchObject({ reasons: ['too_long', 'style'], hasNote: true });
  });
  it('leaves a request without verdict undecided', () => {
    expect(indexOf([request(10), candidate(11, 10)]).request(ulid(10))?.live).toBeUndefined();
  });
  it('knows the newest event that says how the answers were shown, also before the request', () => {
    const [early, late] = [shown(12, answer), shown(13, answer)];
    for (const events of [
      [request(10), early, late],
      [late, early, request(10)],
      [early, late, early, request(10)],
    ])
      expect(indexOf(events).request(ulid(10))?.shown).toBe(ulid(13));
    expect(indexOf([request(10), shown(12, { request: 20, candidate: 21 })]).requests()).toMatchObject([
      { request: ulid(10), shown: undefined },
    ]);
  });
  it('finds it again where its line was moved to', () => {
    const index = indexOf([request(10), shown(12, answer)]);
    index.dropSegment(place.segment);
    expect(index.place(ulid(12))).toBeUndefined();
    const moved = { segment: 'merged.jsonl', offset: 7, length: 3 };
    index.add(shown(12, answer), shown(12, answer), moved);
    expect(index.place(index.request(ulid(10))?.shown ?? '')).toEqual(moved);
  });
  it('names none that was forgotten, before and after its line was taken away', () => {
    const forget = event(40, { ...NOTHING, events: [ulid(13)] });
    const gone = event(13, { kind: 'forgotten', was: 'shown', request: ulid(10) });
    const story = [request(10), shown(12, answer), shown(13, answer)];
    for (const events of [
      [...story, forget],
      [...story, forget, gone],
      [request(10), gone, shown(12, answer), forget],
    ])
      expect(indexOf(events).requests()).toMatchObject([{ request: ulid(10), shown: undefined }]);
    const whole = event(40, { ...NOTHING, requests: [ulid(10)] });
    expect(indexOf([...story, whole]).request(ulid(10))).toBeUndefined();
  });
  it('lists requests newest first, by thread, before one, and at most so many', () => {
    const index = indexOf([request(1), request(2), request(3)]);
    expect(index.requests().map((each) => each.request)).toEqual([ulid(3), ulid(2), ulid(1)]);
    expect(index.requests({ before: ulid(3), limit: 1 }).map((each) => each.request)).toEqual([ulid(2)]);
    expect(index.requests({ thread: ulid(1) }).map((each) => each.request)).toEqual([ulid(1)]);
    expect(index.requests({ thread: ulid(9) })).toEqual([]);
  });
  it('says whether an event is new, and forgets when its tables are replaced', () => {
    const index = createMemoryIndex();
    expect(index.add(request(1), request(1), place)).toBe(true);
    expect(index.add(request(1), request(1), place)).toBe(false);
    index.replace(createIndexTables());
    expect([index.eventCount, index.asOf, index.has(ulid(1))]).toEqual([0, undefined, false]);
  });
  it('comes to the same state in any order and with any repeats', () => {
    const expected = stateOf(STORY);
    const shuffled = fc.shuffledSubarray([...STORY, ...STORY], {
      minLength: STORY.length * 2,
      maxLength: STORY.length * 2,
    });
    fc.assert(
      fc.property(shuffled, (events) => {
        expect(stateOf(events)).toEqual(expected);
      }),
    );
  });
});
