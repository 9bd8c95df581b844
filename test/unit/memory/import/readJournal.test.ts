import { expect, it } from 'vitest';
import { deterministicUlid } from '../../../../sidecar/memory/import/deterministicUlid.ts';
import { isKeptFile } from '../../../../sidecar/memory/import/readJournal.ts';
import { ulidSchema } from '../../../../sidecar/protocol/ids.ts';

const RUN = '01HZZZZZZZZZZZZZZZZZZZZZZ3';

it.each(['Modelfile.trained', 'training_log.md', `runs/${RUN}/training_run.json`, 'runs/latest-prompt'])(
  'takes over %s',
  (path) => {
    expect(isKeptFile(path)).toBe(true);
  },
);

it.each([
  '../Modelfile.trained',
  '/etc/passwd',
  'runs/../training_log.md',
  `runs/${RUN}/..`,
  `runs/${RUN}/../x`,
  `runs/${RUN}/.hidden`,
  `runs/${RUN}/a/b`,
  'runs/x/training_run.json',
  'runs\\x',
  `runs/${RUN}/a\0b`,
  'agent_memory.json',
  'quarantine/x',
  'toString',
])('leaves %j alone', (path) => {
  expect(isKeptFile(path)).toBe(false);
});

it('ids from content are ULIDs, keep their time in order and differ by every part', () => {
  const at = Date.UTC(2025, 4, 1);
  const ids = [
    deterministicUlid(at, 'a', 'b'),
    deterministicUlid(at, 'ab', ''),
    deterministicUlid(at, '', 'ab'),
    deterministicUlid(at + 1, 'a', 'b'),
    deterministicUlid(0, 'a', 'b'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(ulidSchema.safeParse(id).success).toBe(true);
  expect(deterministicUlid(at, 'a', 'b')).toBe(ids[0]);
  expect(String(ids[0]) < String(ids[3])).toBe(true);
});
