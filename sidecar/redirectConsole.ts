import { format } from 'node:util';

/**
 * Sends everything printed through `console` to standard error, redacted to its first 500 characters.
 * Libraries print model output and server errors; standard output and the IPC channel belong to the protocol.
 */
export function redirectConsole(target: Console, write: (text: string) => void): void {
  const print = (...parts: unknown[]): void => write(`${format(...parts).slice(0, 500)}\n`);
  target.log = print;
  target.info = print;
  target.debug = print;
  target.warn = print;
  target.error = print;
}
