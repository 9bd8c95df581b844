import type { AppError } from '../../sidecar/protocol/errors.ts';
import { toAppError } from '../sidecar/rpcErrors.ts';
import type { PanelCore } from './panelCore.ts';

/** What the panel knows of the model server, and downloads that it started. */
export interface PanelModels {
  refresh(): Promise<void>;
  pull(name: string): Promise<void>;
  cancelPull(): void;
}

export function createPanelModels(core: PanelCore, onFailure: (error: AppError) => void): PanelModels {
  let pulling: AbortController | undefined;

  async function refresh(): Promise<void> {
    try {
      core.facts.models = await core.client.call('models.list', {});
    } catch (error) {
      // A sidecar that is gone has a banner of its own; anything else is said where commands say it.
      const failure = toAppError(error);
      if (!failure.code.startsWith('rpc.')) onFailure(failure);
    }
    core.showFrame();
  }

  core.client.on('models.progress', ({ name, status, completedBytes, totalBytes }) => {
    if (pulling === undefined) return;
    const known = completedBytes !== undefined && totalBytes !== undefined && totalBytes > 0;
    const percent = known ? Math.floor((100 * completedBytes) / totalBytes) : undefined;
    const before = core.facts.pulling;
    if (before?.status === status && before.percent === percent) return;
    core.facts.pulling = { name, status, ...(percent !== undefined && { percent }) };
    core.showFrame();
  });

  return {
    refresh,
    async pull(name) {
      if (pulling !== undefined) return;
      const controller = new AbortController();
      pulling = controller;
      core.facts.pulling = { name, status: 'starting' };
      core.showFrame();
      try {
        await core.client.call('models.pull', { name }, controller.signal);
      } catch (error) {
        const failure = toAppError(error);
        if (!controller.signal.aborted) onFailure(failure);
      } finally {
        pulling = undefined;
        core.facts.pulling = undefined;
        await refresh();
      }
    },
    cancelPull: () => pulling?.abort(),
  };
}
