import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../extension/commandNames.ts';
import { ACTION_ENTRIES, errorSentence, errorView, NOTICES } from '../../../extension/notify.ts';
import { ACTIONS, ERROR_CODES, ERRORS, type ErrorCode } from '../../../sidecar/protocol/errors.ts';

const BUILT_IN = ['workbench.action.openSettings', 'workbench.action.reloadWindow', 'workbench.trust.manage'];

describe('what the user sees for each error', () => {
  test('every code of the protocol has one entry, and no other', () => {
    expect(Object.keys(NOTICES).sort()).toEqual([...ERROR_CODES].sort());
  });

  test('every action of the protocol has one entry, and no other', () => {
    expect(Object.keys(ACTION_ENTRIES).sort()).toEqual([...ACTIONS].sort());
  });

  test('every action that is a command runs one that exists', () => {
    const ours = COMMANDS.map((name) => `whetstone.${name}`);
    for (const { effect } of Object.values(ACTION_ENTRIES)) {
      if (effect.kind === 'command') expect([...ours, ...BUILT_IN]).toContain(effect.command);
    }
  });

  test('titles are short and plain', () => {
    for (const { title } of [...Object.values(NOTICES), ...Object.values(ACTION_ENTRIES)]) {
      expect(title).toMatch(/^[A-Z][^!]{0,39}$/);
    }
  });

  test('buttons are those of the table, in its order', () => {
    const view = errorView({ code: 'server.unreachable', what: 'It does not answer.', next: 'Start it.' });
    expect(view.buttons.map((button) => button.action)).toEqual(ERRORS['server.unreachable'].actions);
    expect(view.buttons[0]?.title).toBe('Start it');
    expect(view).not.toHaveProperty('why');
  });

  test('one line says what, why and what now', () => {
    const data = { code: 'memory.diskFull', what: 'The disk is full.', why: 'W.', next: 'N.' } as const;
    expect(errorSentence(data)).toBe('The disk is full. W. N.');
    expect(errorSentence({ code: 'rpc.cancelled', what: 'Cancelled.' })).toBe('Cancelled.');
  });
});

test('a data folder that is not safe, and a server that wants a token, offer the setting that mends it', () => {
  const buttons = (code: ErrorCode) => errorView({ code, what: '' }).buttons.map(({ title }) => title);
  expect(buttons('memory.folderUnsafe')[0]).toBe('Change data folder');
  expect(ACTION_ENTRIES.changeDataFolder.effect).toEqual({
    kind: 'command',
    command: 'workbench.action.openSettings',
    args: ['whetstone.dataFolder'],
  });
  expect(buttons('server.unauthorized')[0]).toBe('Set token');
});
