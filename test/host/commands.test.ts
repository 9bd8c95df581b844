import { deepStrictEqual } from 'node:assert/strict';
import { commands } from 'vscode';
import { whetstoneExtension, whetstoneManifest } from './whetstoneExtension.ts';

describe('commands', () => {
  it('registers every contributed command, each in its own name space', async () => {
    await whetstoneExtension().activate();
    const contributed = whetstoneManifest().contributes.commands.map(({ command }) => command);
    const registered = new Set(await commands.getCommands(true));
    deepStrictEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
    deepStrictEqual(
      contributed.filter((command) => !command.startsWith('whetstone.')),
      [],
    );
  });
});
