// strace, with which the crash tests hit a process at each of its system calls. Without it they use a stand-in.
import { PartMissing } from './partMissing.mjs';
import { which } from './process.mjs';
import { ensurePackages } from './systemPackages.mjs';

/** The path of strace, or undefined where there is none and none may be installed. */
export async function strace(options) {
  if (process.platform !== 'linux') return undefined;
  try {
    await ensurePackages('strace', ['strace'], async () => Boolean(which('strace')), options);
  } catch (error) {
    if (!(error instanceof PartMissing)) throw error;
    options.say(`${error.message}. Without it processes are killed at calls of the file-system port.`);
  }
  return which('strace');
}
