import type { Client, ParamsIn, Result } from '../../sidecar/protocol/methods.ts';
import { withProgress } from './withProgress.ts';

export interface TrainCommandsDeps {
  readonly client: Client;
  busy(busy: boolean): void;
  /** Opens the page that a training ends in. */
  showReport(result: Result<'train.start'>): void;
}

export interface TrainCommands {
  trainModel(): Promise<void>;
  rebuildModel(): Promise<void>;
}

export function createTrainCommands({ client, busy, showReport }: TrainCommandsDeps): TrainCommands {
  async function train(title: string, params: ParamsIn<'train.start'>): Promise<void> {
    busy(true);
    try {
      const result = await withProgress(title, (report, signal) => run(client, params, { report, signal }));
      if (result !== undefined) showReport(result);
    } finally {
      busy(false);
    }
  }
  return {
    trainModel: () => train('Training', { onlyNew: true }),
    rebuildModel: () => train('Building from Modelfile.trained', { fromModelfile: true }),
  };
}

interface Hooks {
  readonly report: (step: { readonly message: string; readonly percent?: number }) => void;
  readonly signal: AbortSignal;
}

/** Undefined where the answer says that the training was cancelled. */
async function run(
  client: Client,
  params: ParamsIn<'train.start'>,
  { report, signal }: Hooks,
): Promise<Result<'train.start'> | undefined> {
  const stop = client.on('train.step', ({ message, done, total }) => {
    const known = done !== undefined && total !== undefined && total > 0;
    report({ message, ...(known && { percent: (100 * done) / total }) });
  });
  try {
    const result = await client.call('train.start', params, signal);
    return result.status === 'cancelled' ? undefined : result;
  } finally {
    stop();
  }
}
