import { showError } from './showError.ts';
import { toAppError } from './sidecar/rpcErrors.ts';

/** Runs a command and shows what went wrong. It ends when the command does, not when the message is closed. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    showError(toAppError(error), () => runCommand(command)).catch(() => undefined);
  }
}
