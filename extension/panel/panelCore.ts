import type { Client, Result } from '../../sidecar/protocol/methods.ts';
import type { Settings } from '../../sidecar/protocol/settingsSchemas.ts';
import type { Stats } from '../../sidecar/protocol/statsSchemas.ts';
import { DENY_REASONS } from '../../sidecar/protocol/words.ts';
import type { Card, PanelState } from '../../webview/protocol.ts';
import type { Chips } from '../editor/chips.ts';
import type { SidecarState } from '../sidecar/sidecarClient.ts';
import { type BannerFacts, bannerOf } from './banners.ts';
import type { Cards } from './cards.ts';
import type { PanelMessage } from './panelHost.ts';
import type { PanelMemory } from './panelMemory.ts';

/** Facts that the panel shows around its cards; each part changes its own and calls `showFrame`. */
export interface PanelFacts {
  models: Result<'models.list'> | undefined;
  stats: Stats | undefined;
  notSaved: BannerFacts['notSaved'];
  pulling: BannerFacts['pulling'];
  /** True where older cards can be loaded. */
  more: boolean;
}

export interface PanelCoreDeps {
  readonly client: Client & { readonly state: SidecarState };
  readonly cards: Cards;
  readonly chips: Chips;
  readonly memory: PanelMemory;
  settings(): Settings;
  trusted(): boolean;
  /** The machine that answers, where it is not this one. */
  machine(): string;
  examples(): string[];
  post(message: PanelMessage): void;
  /** Called when work begins or ends. */
  onBusy(busy: boolean): void;
}

export interface PanelCore {
  readonly client: Client;
  readonly cards: Cards;
  readonly chips: Chips;
  readonly memory: PanelMemory;
  readonly facts: PanelFacts;
  settings(): Settings;
  examples(): string[];
  post(message: PanelMessage): void;
  showCard(card: Card | undefined): void;
  showFrame(): void;
  showState(): void;
  setDraft(text: string): void;
}

/** What all parts of the panel share: its cards, its facts, and how they reach the page. */
export function createPanelCore(deps: PanelCoreDeps): PanelCore {
  const { client, cards, chips, memory } = deps;
  const facts: PanelFacts = {
    models: undefined,
    stats: undefined,
    notSaved: undefined,
    pulling: undefined,
    more: false,
  };
  const frame = (): Omit<PanelState, 'cards' | 'more' | 'draft'> => ({
    model: modelLabel(facts),
    machine: deps.machine(),
    chips: chips.list(),
    banner: bannerOf({ sidecar: client.state, trusted: deps.trusted(), ...facts }),
    history: memory.history(),
    examples: deps.examples(),
    reasons: topReasons(facts.stats),
    candidates: deps.settings().candidates,
    canWrite: deps.trusted(),
  });
  return {
    client,
    cards,
    chips,
    memory,
    facts,
    settings: deps.settings,
    examples: deps.examples,
    post: deps.post,
    showCard(card) {
      deps.onBusy(cards.busy);
      if (card !== undefined) deps.post({ type: 'card', card });
    },
    showFrame: () => deps.post({ type: 'frame', state: frame() }),
    showState() {
      deps.onBusy(cards.busy);
      const state = { ...frame(), cards: cards.all(), more: facts.more, draft: memory.draft() };
      deps.post({ type: 'state', state });
    },
    setDraft(text) {
      memory.setDraft(text);
      deps.post({ type: 'draft', text });
    },
  };
}

function modelLabel(facts: PanelFacts): string {
  const active = facts.stats?.activeVersion;
  if (active === undefined) return facts.models?.current ?? '';
  return active.name.endsWith(`v${active.number}`) ? active.name : `${active.name} v${active.number}`;
}

function topReasons(stats: Stats | undefined): string[] {
  const used = stats?.topReasons ?? [];
  return [...new Set([...used, ...DENY_REASONS])].slice(0, 9);
}
