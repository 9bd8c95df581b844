/** The part of VS Code's LogOutputChannel that is used, so that pure parts can be tested without an editor. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
