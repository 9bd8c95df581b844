/** What the embedded engine needs of a folder it was given; the handles of the memory have this shape. */
export interface EngineFolder {
  readonly path: string;
  /** Writes the whole file atomically. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  read(name: string): Promise<string | undefined>;
  remove(name: string): Promise<void>;
  list(): Promise<string[]>;
}
