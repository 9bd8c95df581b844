import { createHash } from 'node:crypto';
import { codeBlocks } from '../../sidecar/protocol/answerBlocks.ts';
import type { CandidateView, Intent } from '../../webview/protocol.ts';
import type { Applied, ApplyEdit, ApplyRequest } from '../editor/applyEdit.ts';
import type { ApplyTarget } from '../editor/applyTarget.ts';
import type { AppliedBlock } from '../editor/survival/editorSurvival.ts';
import { errorView } from '../notify.ts';
import { toAppError } from '../sidecar/rpcErrors.ts';
import type { PanelCore } from './panelCore.ts';

type ApplyIntent = Extract<Intent, { type: 'apply' }>;
type CopyIntent = Extract<Intent, { type: 'copy' }>;

export interface ApplyingDeps {
  readonly core: Pick<PanelCore, 'cards' | 'client' | 'showCard'>;
  readonly applyEdit: ApplyEdit;
  copyText(text: string): Promise<void>;
  targetOf(request: string): ApplyTarget | undefined;
  /** Watches how much of the code stays. */
  onApplied(block: AppliedBlock, applied: Applied): void;
}

export interface Applying {
  apply(intent: ApplyIntent): Promise<void>;
  copy(intent: CopyIntent): Promise<void>;
  /** The buttons of an apply that was refused. */
  again(request: string, how: 'showDiff' | 'applyElsewhere' | 'copy'): Promise<void>;
}

interface Refused {
  readonly intent: ApplyIntent;
  readonly request: ApplyRequest;
}

/** Code of an answer on its way out of the panel; every way ends in a note of where it went. */
export function createApplying({ core, applyEdit, copyText, targetOf, onApplied }: ApplyingDeps): Applying {
  const refused = new Map<string, Refused>();

  const candidateOf = (intent: ApplyIntent | CopyIntent): CandidateView | undefined =>
    core.cards.get(intent.request)?.candidates.find((each) => each.id === intent.candidate);

  const noteApplied = (candidate: string, how: ApplyIntent['how'], applied: Applied): void => {
    const uriHash = createHash('sha256').update(applied.uri.toString()).digest('hex');
    const target = { uriHash, range: applied.range };
    core.client.call('applied.record', { candidate, how, target }).catch(() => undefined);
  };

  async function run(intent: ApplyIntent, request: ApplyRequest): Promise<void> {
    try {
      const applied = await applyEdit.apply(request);
      refused.delete(intent.request);
      core.showCard(core.cards.setError(intent.request, undefined));
      if (applied === undefined) return;
      noteApplied(intent.candidate, request.how, applied);
      const { request: of, candidate, block } = intent;
      onApplied({ request: of, candidate, block, code: request.code }, applied);
    } catch (error) {
      refused.set(intent.request, { intent, request });
      core.showCard(core.cards.setError(intent.request, errorView(toAppError(error).toData())));
    }
  }

  return {
    async apply(intent) {
      const candidate = candidateOf(intent);
      if (candidate === undefined) return;
      const block = codeBlocks(candidate.text)[intent.block];
      // The page shows another text than the host holds: show it anew, write nothing.
      if (candidate.sha256 !== intent.sha256 || block === undefined) {
        return core.showCard(core.cards.get(intent.request));
      }
      const { code, language } = block;
      await run(intent, { how: intent.how, code, language, target: targetOf(intent.request) });
    },
    async copy(intent) {
      const candidate = candidateOf(intent);
      if (candidate === undefined) return;
      // As with apply: what is copied is the text that was on the screen.
      if (intent.sha256 !== undefined && intent.sha256 !== candidate.sha256) {
        return core.showCard(core.cards.get(intent.request));
      }
      const text = intent.block < 0 ? candidate.text : codeBlocks(candidate.text)[intent.block]?.code;
      if (text !== undefined) await copyText(text);
    },
    async again(request, how) {
      const last = refused.get(request);
      if (last === undefined) return;
      if (how === 'copy') return copyText(last.request.code);
      if (how === 'showDiff') return applyEdit.showDiff(last.request);
      // Elsewhere: at the cursor as it is now, seen in the preview.
      await run(last.intent, { ...last.request, how: 'insert', target: undefined });
    },
  };
}
