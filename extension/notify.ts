import { type Action, ERRORS, type ErrorCode, type ErrorData } from '../sidecar/protocol/errors.ts';
import type { ErrorView } from '../webview/protocol.ts';

/**
 * Where an error is shown when it did not come from a card of the panel, which shows its own.
 * `silent` errors are answers to something the user did on purpose.
 */
export type Place = 'notification' | 'warning' | 'silent';

interface Notice {
  readonly title: string;
  readonly place: Place;
}

const note = (title: string, place: Place = 'notification'): Notice => ({ title, place });

/** What the user sees for each error code. A test compares this list with the protocol's. */
export const NOTICES = {
  'rpc.invalid': note('Not understood'),
  'rpc.unknownMethod': note('Not understood'),
  'rpc.notYet': note('Not part of this version'),
  'rpc.scope': note('Not allowed'),
  'rpc.versionMismatch': note('Reload needed'),
  'rpc.notInitialized': note('Not ready'),
  'rpc.cancelled': note('Cancelled', 'silent'),
  'rpc.disconnected': note('Interrupted'),
  'rpc.stopped': note('Stopped'),
  'rpc.internal': note('Fault'),
  'server.unreachable': note('No model server'),
  'server.failed': note('The model server failed'),
  'server.unauthorized': note('Not let in'),
  'server.tooOld': note('The model server is too old'),
  'server.remoteRefused': note('Address refused'),
  'stream.cut': note('The answer was cut off'),
  'model.none': note('No model'),
  'model.missing': note('Model missing'),
  'model.loading': note('The model is still loading', 'warning'),
  'model.outOfMemory': note('Not enough memory'),
  'model.notOurs': note('Not ours to change'),
  'model.nameInvalid': note('Not a model name'),
  'model.unsupported': note('Model can not do this'),
  'context.tooLong': note('Too long for the model'),
  'engine.notInstalled': note('No built-in model yet'),
  'engine.installFailed': note('Set-up failed'),
  'engine.checksum': note('Download damaged'),
  'engine.unsupported': note('Not possible on this machine'),
  'engine.crashed': note('The built-in model ended'),
  'memory.diskFull': note('Disk full'),
  'memory.readOnly': note('Can not write'),
  'memory.folderGone': note('Data folder gone'),
  'memory.folderUnsafe': note('Data folder not safe'),
  'memory.newerVersion': note('Data of a newer version'),
  'memory.locked': note('Busy elsewhere', 'warning'),
  'memory.failed': note('Not saved'),
  'input.tooLarge': note('Too large'),
  'request.forgotten': note('Forgotten'),
  'request.unknown': note('Request not found'),
  'block.unknown': note('Not blocked'),
  'rule.unknown': note('Rule not found'),
  'learned.unknown': note('Memory not found'),
  'run.unknown': note('Training run not found'),
  'candidate.unknown': note('Answer not found'),
  'decision.unknown': note('Decision not found'),
  'decision.hashMismatch': note('The answer changed'),
  'apply.documentChanged': note('The document changed'),
  'apply.protected': note('Protected file'),
  'apply.untrusted': note('Restricted Mode'),
  'apply.noEditor': note('No open editor'),
  'training.notEnough': note('Not enough to train on yet', 'warning'),
  'training.busy': note('A training is running', 'warning'),
  'training.handEdited': note('The Modelfile was edited by hand'),
  'training.createFailed': note('Model not built'),
  'training.noBase': note('No base model'),
  'version.unknown': note('Version not found'),
  'import.unreadable': note('Not imported'),
  'import.unknownFormat': note('Not imported'),
  'export.exists': note('Not exported'),
  'export.failed': note('Not exported'),
  'export.format': note('Not exported'),
  'reset.notConfirmed': note('Not reset', 'silent'),
} as const satisfies Record<ErrorCode, Notice>;

/** What a button does: a command of the editor with arguments, or something only the card it is on can do. */
export type Effect =
  | { readonly kind: 'command'; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: 'card' };

interface ActionEntry {
  readonly title: string;
  readonly effect: Effect;
}

const command = (title: string, name: string, ...args: string[]): ActionEntry => ({
  title,
  effect: { kind: 'command', command: name, args },
});
const onCard = (title: string): ActionEntry => ({ title, effect: { kind: 'card' } });

/** What each button of an error is called and does. A test compares this list with the protocol's. */
export const ACTION_ENTRIES = {
  startOllama: command('Start it', 'whetstone.startOllama'),
  changeHost: command('Change host', 'workbench.action.openSettings', 'whetstone.host'),
  setToken: command('Set token', 'whetstone.setServerToken'),
  changeDataFolder: command('Change data folder', 'workbench.action.openSettings', 'whetstone.dataFolder'),
  useBuiltIn: command('Use built-in model', 'whetstone.setUpBuiltIn'),
  pullModel: command('Pull a model', 'whetstone.pullModel'),
  chooseModel: command('Choose a model', 'whetstone.selectModel'),
  retry: onCard('Retry'),
  reload: command('Reload window', 'workbench.action.reloadWindow'),
  showLogs: command('Show log', 'whetstone.showLogs'),
  diagnose: command('Diagnose', 'whetstone.diagnose'),
  openDataFolder: command('Open data folder', 'whetstone.openDataFolder'),
  showDiff: onCard('Show diff'),
  applyElsewhere: onCard('Apply elsewhere'),
  copy: onCard('Copy'),
  train: command('Train', 'whetstone.trainModel'),
  trust: command('Manage trust', 'workbench.trust.manage'),
} as const satisfies Record<Action, ActionEntry>;

/** An error as a card or banner shows it. */
export function errorView(error: ErrorData): ErrorView {
  return {
    code: error.code,
    what: error.what,
    ...(error.why !== undefined && { why: error.why }),
    ...(error.next !== undefined && { next: error.next }),
    buttons: ERRORS[error.code].actions.map((action: Action) => ({
      action,
      title: ACTION_ENTRIES[action].title,
    })),
  };
}

/** An error in one line, for a notification. */
export function errorSentence(error: ErrorData): string {
  return [error.what, error.why, error.next].filter((part) => part !== undefined && part !== '').join(' ');
}
