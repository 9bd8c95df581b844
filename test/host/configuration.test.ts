import { deepStrictEqual, notStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { ConfigurationTarget, workspace } from 'vscode';
import { whetstoneSettings } from './whetstoneExtension.ts';

/** What a workspace could use to send prompts elsewhere, or to make the extension run or write something else. */
const REDIRECTING = /host|address|url|folder|dir|path|command|remote/i;

describe('configuration', () => {
  it('keeps every setting that could redirect something out of a workspace', () => {
    const open = whetstoneSettings().filter(
      ({ name, scope }) => REDIRECTING.test(name) && !/^(machine|application)$/.test(scope),
    );
    deepStrictEqual(open, []);
    ok(whetstoneSettings().some(({ scope }) => scope === 'machine' || scope === 'application'));
  });

  it('ignores a host that the opened workspace sets', () => {
    // The workspace of this tier brings a .vscode/settings.json with whetstone.host in it.
    const seen = workspace.getConfiguration('whetstone').inspect<string>('host');
    ok(workspace.workspaceFolders?.length === 1);
    notStrictEqual(workspace.getConfiguration('whetstone').get('host'), 'http://203.0.113.7:11434');
    strictEqual(workspace.getConfiguration('whetstone').get('host'), seen?.defaultValue);
  });

  it('refuses to write a machine setting into the workspace', async () => {
    const update = workspace
      .getConfiguration('whetstone')
      .update('host', 'http://203.0.113.7:1', ConfigurationTarget.Workspace);
    await rejects(Promise.resolve(update));
  });
});
