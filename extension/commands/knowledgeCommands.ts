import * as vscode from 'vscode';
import { MEMORY_TYPES, type MemoryType } from '../../sidecar/protocol/memorySchemas.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import { knowledgeEntries } from '../knowledge/knowledgeEntries.ts';
import type { KnowledgeHost } from '../knowledge/knowledgeHost.ts';

export interface KnowledgeCommandsDeps {
  readonly knowledge: Knowledge;
  readonly page: KnowledgeHost;
}

type Command = (args: readonly unknown[]) => Promise<void>;
type Name =
  | 'whatWhetstoneKnows'
  | 'refreshKnowledge'
  | 'addBlock'
  | 'addMemory'
  | 'switchKnowledge'
  | 'pinKnowledge'
  | 'unpinKnowledge'
  | 'editKnowledge'
  | 'forgetKnowledge'
  | 'showKnowledgeDecisions';

const MAX_TEXT = 4_000;
const MAX_PHRASE = 500;

/** Commands of the tree of what Whetstone knows; those on an entry take its row or its key. */
export function createKnowledgeCommands({
  knowledge,
  page,
}: KnowledgeCommandsDeps): Readonly<Record<Name, Command>> {
  const onEntry =
    (act: (key: string) => Promise<unknown>): Command =>
    async ([what]) => {
      const key = keyOf(what);
      if (key !== undefined) await act(key);
    };
  return {
    whatWhetstoneKnows: async ([what]) => page.show(keyOf(what)),
    refreshKnowledge: () => knowledge.retry(),
    async addBlock() {
      const phrase = await askText('Never suggest again', 'A name, a library or a phrase', '', MAX_PHRASE);
      if (phrase !== undefined) await knowledge.addBlock(phrase);
    },
    async addMemory() {
      const type = await pickType();
      const text =
        type && (await askText(MEMORY_WORDS[type].label, MEMORY_WORDS[type].example, '', MAX_TEXT));
      if (type !== undefined && text !== undefined) await knowledge.addMemory(type, text);
    },
    switchKnowledge: onEntry(async (key) => {
      const entry = await entryOf(knowledge, key);
      if (entry?.on !== undefined) await knowledge.switch(key, !entry.on);
    }),
    pinKnowledge: onEntry((key) => knowledge.pin(key, true)),
    unpinKnowledge: onEntry((key) => knowledge.pin(key, false)),
    editKnowledge: onEntry(async (key) => {
      const before = (await entryOf(knowledge, key))?.editable;
      if (before === undefined) return;
      const text = await askText('Edit', 'In your own words', before, MAX_TEXT);
      if (text !== undefined && text !== before) await knowledge.edit(key, text);
    }),
    forgetKnowledge: onEntry((key) => knowledge.forget(key)),
    showKnowledgeDecisions: onEntry(async (key) => page.show(key, true)),
  };
}

/** A row of the tree names its entry, a link its key. */
function keyOf(what: unknown): string | undefined {
  if (typeof what === 'string') return what;
  if (typeof what !== 'object' || what === null || !('entry' in what)) return undefined;
  const { entry } = what;
  if (typeof entry !== 'object' || entry === null || !('key' in entry)) return undefined;
  return typeof entry.key === 'string' ? entry.key : undefined;
}

const entryOf = async (knowledge: Knowledge, key: string) =>
  knowledgeEntries(await knowledge.load()).find((each) => each.key === key);

async function askText(
  title: string,
  placeHolder: string,
  value: string,
  max: number,
): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    ...{ title, placeHolder, value, ignoreFocusOut: true },
    validateInput: (typed) => (typed.length > max ? `At most ${max} characters.` : undefined),
  });
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}

const MEMORY_WORDS: Readonly<Record<MemoryType, { readonly label: string; readonly example: string }>> = {
  preference: { label: 'Preference', example: 'For example: early returns' },
  goal: { label: 'Goal', example: 'For example: build a REST API' },
  history: { label: 'History', example: 'For example: we moved from REST to gRPC' },
};

async function pickType(): Promise<MemoryType | undefined> {
  const items = MEMORY_TYPES.map((type) => ({ label: MEMORY_WORDS[type].label, type }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Add a memory',
    ignoreFocusOut: true,
  });
  return picked?.type;
}
