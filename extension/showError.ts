import * as vscode from 'vscode';
import { type Action, type AppError, ERRORS } from '../sidecar/protocol/errors.ts';
import { ACTION_ENTRIES, errorSentence, NOTICES } from './notify.ts';

/** Shows an error of a command, with the buttons that help; `retry` runs the command again. */
export async function showError(error: AppError, retry: () => Promise<void>): Promise<void> {
  const { place } = NOTICES[error.code];
  if (place === 'silent') return;
  const actions = ERRORS[error.code].actions.filter((action: Action) => {
    return action === 'retry' || ACTION_ENTRIES[action].effect.kind === 'command';
  });
  const titles = actions.map((action) => ACTION_ENTRIES[action].title);
  const message = `${errorSentence(error.toData())} (${error.code})`;
  const shown =
    place === 'warning'
      ? vscode.window.showWarningMessage(message, ...titles)
      : vscode.window.showErrorMessage(message, ...titles);
  const chosen = await shown;
  const action = actions.find((each) => ACTION_ENTRIES[each].title === chosen);
  if (action === undefined) return;
  const { effect } = ACTION_ENTRIES[action];
  if (effect.kind === 'command') await vscode.commands.executeCommand(effect.command, ...effect.args);
  else await retry();
}
