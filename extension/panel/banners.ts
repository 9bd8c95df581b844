import type { ErrorData } from '../../sidecar/protocol/errors.ts';
import type { Result } from '../../sidecar/protocol/methods.ts';
import type { Banner } from '../../webview/protocol.ts';
import { formatBytes } from '../formatBytes.ts';
import { errorView } from '../notify.ts';
import type { SidecarState } from '../sidecar/sidecarClient.ts';

export interface Pulling {
  readonly name: string;
  readonly status: string;
  readonly percent?: number;
}

export interface BannerFacts {
  readonly sidecar: SidecarState;
  readonly models: Result<'models.list'> | undefined;
  /** Decisions that the disk did not take, and why. */
  readonly notSaved: { readonly error: ErrorData; readonly waiting: number } | undefined;
  readonly pulling: Pulling | undefined;
  readonly trusted: boolean;
}

/** The one thing the panel says above the cards: what stops the user most comes first. */
export function bannerOf(facts: BannerFacts): Banner {
  if (facts.sidecar.kind === 'stopped') return { kind: 'stopped', error: errorView(facts.sidecar.error) };
  if (facts.notSaved !== undefined && facts.notSaved.waiting > 0) {
    return { kind: 'notSaved', error: errorView(facts.notSaved.error), waiting: facts.notSaved.waiting };
  }
  if (facts.sidecar.kind === 'restarting') {
    return {
      kind: 'restarting',
      message: 'Whetstone is starting again. You can go on typing; it is sent when it is back.',
    };
  }
  const models = modelsBanner(facts);
  if (models !== undefined) return models;
  if (!facts.trusted) return { kind: 'restricted' };
  const advice = facts.models?.server.advice;
  return advice === undefined ? { kind: 'none' } : { kind: 'advice', message: advice };
}

function modelsBanner({ models, pulling }: BannerFacts): Banner | undefined {
  if (models === undefined) return undefined;
  if (models.models.length === 0 && models.server.state === 'ready') {
    return {
      kind: 'noModels',
      recommended: models.recommended.map((model) => ({
        name: model.name,
        size: formatBytes(model.size),
        memory: formatBytes(model.memory),
        note: model.note,
      })),
      builtIn: models.builtIn.supported,
      ...(pulling !== undefined && { pulling }),
    };
  }
  if (models.server.state === 'ready' || models.server.error === undefined) return undefined;
  return { kind: 'noServer', error: errorView(models.server.error) };
}
