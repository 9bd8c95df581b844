import { createHash } from 'node:crypto';
import type { ContextItem } from '../../sidecar/protocol/contextItem.ts';
import { countOf } from '../../sidecar/protocol/countOf.ts';
import type { Chip } from '../../webview/protocol.ts';
import type { ApplyTarget } from './applyTarget.ts';
import type { EditorContext, FoundFile } from './context.ts';
import { examplePrompts } from './examplePrompts.ts';

type Kind = Chip['kind'];

export interface Gathered {
  readonly context: ContextItem[];
  /** What the card says went with the prompt. */
  readonly titles: string[];
  readonly target: ApplyTarget | undefined;
}

/** What is attached to the next prompt. The selection follows the editor until its chip is removed. */
export interface Chips {
  list(): Chip[];
  add(kind: Kind, id: string | undefined): Promise<void>;
  remove(id: string): void;
  /** The selection in the editor changed: its chip comes back. */
  selectionChanged(): void;
  /** Files whose path contains the query, with ids that `add` takes. */
  find(query: string): Promise<{ id: string; title: string; detail: string }[]>;
  /** The texts of the chips, read now; chips other than the selection are used up. */
  gather(ids: readonly string[], prompt: string): Promise<Gathered>;
}

const SELECTION = 'selection';

const fileId = (file: FoundFile): string =>
  `file:${createHash('sha256').update(file.uri.toString()).digest('hex').slice(0, 32)}`;

export function createChips(editor: EditorContext): Chips {
  return new ChipList(editor);
}

class ChipList implements Chips {
  private readonly editor: EditorContext;
  private readonly found = new Map<string, FoundFile>();
  private attached: Chip[] = [];
  private selectionOff = false;

  constructor(editor: EditorContext) {
    this.editor = editor;
  }

  list(): Chip[] {
    const selection = this.selectionOff ? undefined : this.editor.selection();
    return selection === undefined ? this.attached : [selectionChip(selection.item), ...this.attached];
  }

  async add(kind: Kind, id: string | undefined): Promise<void> {
    if (kind === 'selection') this.selectionOff = false;
    else if (kind === 'file') this.attachFile(id);
    else if (kind === 'problems') this.attachItem(kind, 'problems', this.editor.problems());
    else this.attachItem(kind, 'git diff', await this.editor.diff());
  }

  remove(id: string): void {
    if (id === SELECTION) this.selectionOff = true;
    this.attached = this.attached.filter((chip) => chip.id !== id);
  }

  selectionChanged(): void {
    this.selectionOff = false;
  }

  async find(query: string): Promise<{ id: string; title: string; detail: string }[]> {
    const files = await this.editor.findFiles(query);
    return files.map((file) => ({ id: this.remember(file), title: lastPart(file.path), detail: file.path }));
  }

  async gather(ids: readonly string[], prompt: string): Promise<Gathered> {
    const selection = ids.includes(SELECTION) ? this.editor.selection() : undefined;
    const chosen = this.attached.filter((chip) => ids.includes(chip.id));
    const example = this.openFile(prompt);
    if (example !== undefined && !chosen.some((chip) => chip.id === example.id)) chosen.push(example);
    this.attached = [];
    const context: ContextItem[] = selection === undefined ? [] : [selection.item];
    const titles = selection === undefined ? [] : [rangeTitle(selection.item)];
    for (const chip of chosen) {
      // A file that vanished since it was attached is left out; the card shows what went along.
      const item = await this.read(chip).catch(() => undefined);
      if (item === undefined) continue;
      context.push(item);
      titles.push(chip.title);
    }
    return { context, titles, target: selection?.target };
  }

  private attachFile(id: string | undefined): void {
    const file = id === undefined ? undefined : this.found.get(id);
    if (id === undefined || file === undefined) return;
    this.put({ id, kind: 'file', title: `@${lastPart(file.path)}`, detail: file.path });
  }

  private attachItem(kind: Kind, title: string, item: ContextItem | undefined): void {
    if (item !== undefined) this.put({ id: kind, kind, title, detail: item.name });
  }

  private put(chip: Chip): void {
    this.attached = [...this.attached.filter((other) => other.id !== chip.id), chip];
  }

  private remember(file: FoundFile): string {
    const id = fileId(file);
    this.found.set(id, file);
    return id;
  }

  private async read(chip: Chip): Promise<ContextItem | undefined> {
    if (chip.kind === 'problems') return this.editor.problems();
    if (chip.kind === 'diff') return this.editor.diff();
    const file = this.found.get(chip.id);
    return file === undefined ? undefined : this.editor.file(file.uri);
  }

  /** An example prompt is about the open file, so the file goes with it. */
  private openFile(prompt: string): Chip | undefined {
    const document = this.editor.editor()?.document;
    if (document === undefined) return undefined;
    const path = lastPart(document.uri.path);
    if (!examplePrompts(path).includes(prompt)) return undefined;
    const id = this.remember({ uri: document.uri, path });
    return { id, kind: 'file', title: `@${path}`, detail: path };
  }
}

function selectionChip(item: ContextItem): Chip {
  const [from, to] = item.range ?? [0, 0];
  return {
    id: SELECTION,
    kind: 'selection',
    title: `selection ${countOf(to - from + 1, 'line')}`,
    detail: `${item.name}:${from}-${to}`,
  };
}

const lastPart = (path: string): string => path.split('/').at(-1) ?? path;

function rangeTitle(item: ContextItem): string {
  return item.range === undefined ? item.name : `${item.name}:${item.range[0]}-${item.range[1]}`;
}
