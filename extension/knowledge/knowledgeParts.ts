import * as vscode from 'vscode';
import { decisionsText } from '../report/decisionsText.ts';
import { runCommand } from '../runCommand.ts';
import type { SidecarClient } from '../sidecar/sidecarClient.ts';
import { createKnowledge, type Knowledge } from './knowledge.ts';
import { createKnowledgeHost, type KnowledgeHost } from './knowledgeHost.ts';
import { createKnowledgeTree, type KnowledgeTree } from './knowledgeTree.ts';

export interface KnowledgePartsDeps {
  readonly extensionUri: vscode.Uri;
  readonly client: SidecarClient;
  /** True where the panel has the request and shows it. */
  revealCard(request: string): boolean;
  showText(name: string, markdown: string): Promise<void>;
  /** The tree asks again, where it is to be seen. */
  onTreeStale(): void;
  schedule(ms: number, run: () => void): () => void;
}

export interface KnowledgeParts {
  readonly knowledge: Knowledge;
  readonly tree: KnowledgeTree;
  readonly page: KnowledgeHost;
  dispose(): void;
}

/** What Whetstone knows: what is known, its tree, its page. */
export function createKnowledgeParts(deps: KnowledgePartsDeps): KnowledgeParts {
  const { client, schedule } = deps;
  const knowledge = createKnowledge({
    client,
    confirmForget,
    schedule,
    onStale() {
      deps.onTreeStale();
      page.stale();
    },
  });
  const page: KnowledgeHost = createKnowledgeHost({
    extensionUri: deps.extensionUri,
    knowledge,
    run: runCommand,
    ask: async () => vscode.commands.executeCommand('whetstone.ask'),
    async showRequest(request) {
      if (deps.revealCard(request)) return;
      const { decisions } = await client.call('decision.list', { ids: [request], texts: true });
      const name = 'Decision.md';
      if (decisions.length > 0) return deps.showText(name, decisionsText(decisions));
      const { prompt, candidates } = await client.call('request.get', { request });
      await deps.showText(name, requestText(prompt, candidates[0]?.text ?? ''));
    },
  });
  return {
    knowledge,
    tree: createKnowledgeTree(knowledge),
    page,
    dispose() {
      knowledge.dispose();
      page.dispose();
    },
  };
}

function requestText(prompt: string, answer: string): string {
  const quoted = prompt.split('\n').map((line) => `> ${line}`);
  return ['# Request', '', ...quoted, '', answer, ''].join('\n');
}

async function confirmForget(what: string, detail: string): Promise<boolean> {
  const button = 'Delete';
  const question = `Delete “${what.slice(0, 200)}” for real?`;
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, button)) === button;
}
