import { deepStrictEqual, ok } from 'node:assert/strict';
import { whetstoneExtension, whetstoneManifest } from './whetstoneExtension.ts';

describe('activation', () => {
  it('activates without a model server and without an open panel', async () => {
    await whetstoneExtension().activate();
    ok(whetstoneExtension().isActive);
  });

  it('prefers to run beside the user interface, where the data and the model are', () => {
    deepStrictEqual(whetstoneManifest().extensionKind, ['ui', 'workspace']);
  });

  it('runs in Restricted Mode with what is safe there', () => {
    deepStrictEqual(whetstoneManifest().capabilities.untrustedWorkspaces.supported, 'limited');
  });
});
