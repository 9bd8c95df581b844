import { createHash } from 'node:crypto';
import type { ContextItem } from '../../sidecar/protocol/requestSchemas.ts';
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
  const found = new Map<string, FoundFile>();
  let attached: Chip[] = [];
  let selectionOff = false;

  const remember = (file: FoundFile): string => {
    const id = fileId(file);
    found.set(id, file);
    return id;
  };

  function selectionChip(): Chip | undefined {
    const selection = selectionOff ? undefined : editor.selection();
    if (selection === undefined) return undefined;
    const [from, to] = selection.item.range ?? [0, 0];
    const lines = to - from + 1;
    return {
      id: SELECTION,
      kind: 'selection',
      title: `selection ${lines} ${lines === 1 ? 'line' : 'lines'}`,
      detail: `${selection.item.name}:${from}-${to}`,
    };
  }

  const put = (chip: Chip): void => {
    attached = [...attached.filter((other) => other.id !== chip.id), chip];
  };

  const read = async (chip: Chip): Promise<ContextItem | undefined> => {
    if (chip.kind === 'problems') return editor.problems();
    if (chip.kind === 'diff') return editor.diff();
    const file = found.get(chip.id);
    return file === undefined ? undefined : editor.file(file.uri);
  };

  /** An example prompt is about the open file, so the file goes with it. */
  const openFile = (prompt: string): Chip | undefined => {
    const document = editor.editor()?.document;
    if (document === undefined) return undefined;
    const file = { uri: document.uri, path: pathName(document.uri.path) };
    if (!examplePrompts(file.path).includes(prompt)) return undefined;
    return { id: remember(file), kind: 'file', title: `@${file.path}`, detail: file.path };
  };

  return {
    list() {
      const selection = selectionChip();
      return selection === undefined ? attached : [selection, ...attached];
    },
    async add(kind, id) {
      if (kind === 'selection') {
        selectionOff = false;
      } else if (kind === 'file') {
        const file = id === undefined ? undefined : found.get(id);
        if (file !== undefined && id !== undefined) {
          put({ id, kind, title: `@${pathName(file.path)}`, detail: file.path });
        }
      } else {
        const item = kind === 'problems' ? editor.problems() : await editor.diff();
        const title = kind === 'problems' ? 'problems' : 'git diff';
        if (item !== undefined) put({ id: kind, kind, title, detail: item.name });
      }
    },
    remove(id) {
      if (id === SELECTION) selectionOff = true;
      attached = attached.filter((chip) => chip.id !== id);
    },
    selectionChanged() {
      selectionOff = false;
    },
    async find(query) {
      const files = await editor.findFiles(query);
      return files.map((file) => ({ id: remember(file), title: pathName(file.path), detail: file.path }));
    },
    async gather(ids, prompt) {
      const selection = ids.includes(SELECTION) ? editor.selection() : undefined;
      const chosen = attached.filter((chip) => ids.includes(chip.id));
      const example = openFile(prompt);
      if (example !== undefined && !chosen.some((chip) => chip.id === example.id)) chosen.push(example);
      attached = [];
      const context: ContextItem[] = selection === undefined ? [] : [selection.item];
      const titles = selection === undefined ? [] : [rangeTitle(selection.item)];
      for (const chip of chosen) {
        // A file that vanished since it was attached is left out; the card shows what went along.
        const item = await read(chip).catch(() => undefined);
        if (item === undefined) continue;
        context.push(item);
        titles.push(chip.title);
      }
      return { context, titles, target: selection?.target };
    },
  };
}

const pathName = (path: string): string => path.split('/').at(-1) ?? path;

function rangeTitle(item: ContextItem): string {
  return item.range === undefined ? item.name : `${item.name}:${item.range[0]}-${item.range[1]}`;
}
