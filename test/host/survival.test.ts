import { deepStrictEqual, ok } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfigurationTarget,
  commands,
  Range,
  type TextDocument,
  type TextEditor,
  Uri,
  WorkspaceEdit,
  window,
  workspace,
} from 'vscode';
import { createEditorSurvival, type EditorSurvival } from '../../extension/editor/survival/editorSurvival.ts';
import { until } from '../helpers/until.ts';

const CODE = 'const first = 1;\nconst second = 2;\nconst third = 3;\nconst fourth = 4;\n';
const OTHER = '// here before\n';
const MINUTE = 60_000;
const request = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const candidate = '01ARZ3NDEKTSV4RRFFQ69G5FAW';

/** The real documents, files and events of this editor; the clock, the store and the data folder are the test's. */
function bench() {
  const store = new Map<string, string>();
  const recorded: [number, number][] = [];
  let now = Date.UTC(2026, 0, 1);
  let survival: EditorSurvival | undefined;
  const start = (): EditorSurvival =>
    createEditorSurvival({
      client: {
        call: async (method, params) => {
          if (method === 'survival.record') {
            const { afterMinutes, ratio } = params as { afterMinutes: number; ratio: number };
            recorded.push([afterMinutes, ratio]);
          }
          return { candidates: [{ candidate, text: `\`\`\`ts\n${CODE}\`\`\`` }] } as never;
        },
      },
      store: {
        get: (key) => JSON.parse(store.get(key) ?? '[]'),
        update: async (key, value) => void store.set(key, JSON.stringify(value)),
      },
      dataFolder: () => '/data',
      clock: () => now,
      schedule: () => () => undefined,
    });
  survival = start();
  return {
    recorded,
    async apply(document: TextDocument): Promise<void> {
      const before = document.getText();
      const from = before.length;
      const edit = new WorkspaceEdit();
      edit.replace(document.uri, new Range(document.positionAt(from), document.positionAt(from)), CODE);
      ok(await workspace.applyEdit(edit));
      const applied = { uri: document.uri, range: [2, 5] satisfies [number, number] };
      survival?.watch(
        { request, candidate, block: 0, code: CODE },
        { ...applied, edit: { before, from, to: from, text: CODE } },
      );
    },
    /** What a new window does with what this one left. */
    restart(): void {
      survival?.dispose();
      survival = start();
    },
    async lookAfter(minutes: number): Promise<void> {
      now += minutes * MINUTE;
      await survival?.look();
    },
    dispose: () => survival?.dispose(),
  };
}

describe('survival of applied code', () => {
  const folder = join(workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'survival');
  const uriOf = (name: string): Uri => Uri.file(join(folder, name));
  let watched: ReturnType<typeof bench>;

  before(() => setAutoSave('off')); // what is saved when is part of these tests
  after(() => setAutoSave(undefined));
  beforeEach(() => {
    mkdirSync(folder, { recursive: true });
    watched = bench();
  });
  afterEach(async () => {
    watched.dispose();
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens it as a person does: a document that the extension opened itself would stay open for minutes. */
  async function open(uri: Uri): Promise<TextEditor> {
    await commands.executeCommand('vscode.open', uri);
    return until(`the editor of ${uri.path}`, () =>
      window.activeTextEditor?.document.uri.toString() === uri.toString()
        ? window.activeTextEditor
        : undefined,
    );
  }
  async function openNew(name: string): Promise<TextEditor> {
    writeFileSync(uriOf(name).fsPath, OTHER);
    return open(uriOf(name));
  }
  async function save(document: TextDocument): Promise<void> {
    await document.save();
    await until(`${document.uri.path} to be saved`, () => !document.isDirty);
  }
  async function close(uri: Uri): Promise<void> {
    await commands.executeCommand('workbench.action.closeAllEditors');
    await until(`${uri.path} to be closed`, () =>
      workspace.textDocuments.every((document) => document.uri.toString() !== uri.toString()),
    );
  }
  async function remove(editor: TextEditor, line: string): Promise<void> {
    const at = editor.document.getText().indexOf(line);
    ok(at >= 0, `${line} is not there`);
    const range = new Range(editor.document.positionAt(at), editor.document.positionAt(at + line.length));
    ok(await editor.edit((edit) => edit.delete(range)));
  }

  it('is measured after edits, a rename, closing and a new window', async () => {
    const { document } = await openNew('one.ts');
    await watched.apply(document);
    await save(document);
    await watched.lookAfter(1);
    const edit = new WorkspaceEdit();
    edit.renameFile(uriOf('one.ts'), uriOf('two.ts'));
    ok(await workspace.applyEdit(edit));
    const editor = await open(uriOf('two.ts'));
    await remove(editor, 'const second = 2;\n');
    ok(await editor.edit((change) => change.insert(editor.document.positionAt(0), '// above\n')));
    await save(editor.document);
    await watched.lookAfter(9);
    await close(uriOf('two.ts'));
    watched.restart();
    await watched.lookAfter(50);
    deepStrictEqual(watched.recorded, [
      [1, 1],
      [10, 0.75],
      [60, 0.75],
    ]);
  });

  it('is nothing after undo', async () => {
    const { document } = await openNew('undo.ts');
    await watched.apply(document);
    await commands.executeCommand('undo');
    await until('the undo', () => document.getText() === OTHER);
    await watched.lookAfter(1);
    deepStrictEqual(watched.recorded, [[1, 0]]);
  });

  it('is nothing after closing without saving', async () => {
    const { document } = await openNew('unsaved.ts');
    await watched.apply(document);
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await close(document.uri);
    await watched.lookAfter(1);
    deepStrictEqual(watched.recorded, [[1, 0]]);
  });

  it('follows a file that another program moved, until it deletes it', async () => {
    const { document } = await openNew('moved [1].ts');
    await watched.apply(document);
    await save(document);
    await close(document.uri);
    mkdirSync(join(folder, 'deep'));
    renameSync(uriOf('moved [1].ts').fsPath, uriOf('deep/moved [1].ts').fsPath);
    await watched.lookAfter(1);
    const editor = await open(uriOf('deep/moved [1].ts'));
    await remove(editor, 'const third = 3;\nconst fourth = 4;\n');
    await watched.lookAfter(9);
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await close(editor.document.uri);
    rmSync(join(folder, 'deep'), { recursive: true });
    await watched.lookAfter(50);
    deepStrictEqual(watched.recorded, [
      [1, 1],
      [10, 0.5],
      [60, 0],
    ]);
  });

  it('is nothing in a file that was deleted in the editor', async () => {
    const { document } = await openNew('deleted.ts');
    await watched.apply(document);
    await save(document);
    const edit = new WorkspaceEdit();
    edit.deleteFile(document.uri);
    ok(await workspace.applyEdit(edit));
    await watched.lookAfter(1);
    deepStrictEqual(watched.recorded, [[1, 0]]);
  });

  it('follows what another program writes into an open file', async () => {
    const { document } = await openNew('written.ts');
    await watched.apply(document);
    await save(document);
    const text = `// new\n${OTHER}${CODE.replace('const third = 3;\n', '// changed\n')}// new\n`;
    writeFileSync(document.uri.fsPath, text);
    await until('the text from disk', () => document.getText() === text);
    await watched.lookAfter(1);
    deepStrictEqual(watched.recorded, [[1, 0.75]]);
  });

  it('is not measured where its folder is out of reach', async () => {
    const away = mkdtempSync(join(tmpdir(), 'whetstone-away-'));
    const uri = Uri.file(join(away, 'a.ts'));
    writeFileSync(uri.fsPath, OTHER);
    const { document } = await open(uri);
    await watched.apply(document);
    await save(document);
    await close(uri);
    renameSync(away, `${away}-gone`);
    await watched.lookAfter(1);
    renameSync(`${away}-gone`, away);
    await watched.lookAfter(9);
    rmSync(away, { recursive: true });
    deepStrictEqual(watched.recorded, [[10, 1]]);
  });
});

async function setAutoSave(value: string | undefined): Promise<void> {
  await workspace.getConfiguration('files').update('autoSave', value, ConfigurationTarget.Global);
}
