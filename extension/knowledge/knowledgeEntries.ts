import { countOf } from '../../sidecar/protocol/countOf.ts';
import type { Block, Facet, MemoryItem, MemoryType } from '../../sidecar/protocol/memorySchemas.ts';
import type { Taste } from '../../sidecar/protocol/tasteSchemas.ts';
import type { Rule } from '../../sidecar/protocol/trainingSchemas.ts';
import type { Entry, Section } from '../../webview/knowledgeProtocol.ts';
import type { KnowledgeSources } from './knowledgeSources.ts';
import { blockSentence, facetSentence, memorySentence, ruleSentence, tasteSentence } from './sentences.ts';

/** Everything learned, as entries in the order in which they are shown. Facets that never moved are left out. */
export function knowledgeEntries(sources: KnowledgeSources): Entry[] {
  const { rules, memories, blocks, persona, preference } = sources;
  const version = sources.stats.activeVersion?.number;
  const texts = new Map(memories.map((item) => [item.id, memorySentence(item).slice(0, MAX_QUOTED)]));
  const ofType = (type: MemoryType): Entry[] =>
    memories.filter((item) => item.type === type).map((item) => memoryEntry(item, texts));
  return [
    ...rules.map((rule) => ruleEntry(rule, version)),
    ...ofType('preference'),
    ...ofType('goal'),
    ...persona.facets.filter(({ updates }) => updates > 0).map(facetEntry),
    ...preference.tastes.map(tasteEntry),
    ...ofType('history'),
    ...blocks.map(blockEntry),
  ];
}

/** A note is a short line. */
const MAX_QUOTED = 200;

const RESTING = {
  weak: 'Rests: not said often enough yet',
  overruled: 'Rests: a newer decision says otherwise',
} as const;

function ruleEntry(rule: Rule, version: number | undefined): Entry {
  const { id, text, counts, resting, trained, source, lastUsed } = rule;
  const sentence = ruleSentence(rule);
  return {
    key: `rule:${id}`,
    section: 'rules',
    text: sentence,
    ...(sentence !== text && { detail: text }),
    on: rule.on,
    pinned: rule.pinned,
    editable: text,
    deletable: true,
    notes: present([
      resting === undefined || rule.on ? undefined : RESTING[resting],
      rule.edited ? scopeWords(rule.scope) : undefined,
      trained ? (version === undefined ? 'In the trained version' : `In v${version}`) : undefined,
      rule.edited ? 'In your own words' : undefined,
      source === 'features' ? 'Found by the preference model' : undefined,
    ]),
    ...evidenceOf(forAndAgainst(counts.for, counts.against)),
    ...(lastUsed && { lastUsed: lastUsed.at }),
  };
}

/** `language:python` -> `For python only`. */
function scopeWords(scope: string): string | undefined {
  const value = scope.split(':')[1];
  return value === undefined ? undefined : `For ${value.replaceAll('_', ' ')} only`;
}

const SECTION_OF: Readonly<Record<MemoryType, Section>> = {
  goal: 'goals',
  preference: 'preferences',
  history: 'history',
};

function memoryEntry(item: MemoryItem, texts: ReadonlyMap<string, string>): Entry {
  const { id, type, text, quote, source, count, confidence, replacedBy, state, lastUsed } = item;
  const by = replacedBy === undefined ? undefined : texts.get(replacedBy);
  const isYours = source === 'user';
  return {
    key: `memory:${id}`,
    section: SECTION_OF[type],
    text: memorySentence(item),
    ...(quote !== undefined && quote !== text && { detail: `“${quote}”` }),
    on: state !== 'off',
    pinned: state === 'pin',
    editable: text,
    deletable: true,
    notes: present([
      replacedBy === undefined ? undefined : `Rests: a newer one holds${by === undefined ? '' : `, “${by}”`}`,
      isYours ? 'Written by you' : undefined,
      source === 'import' ? 'Imported' : undefined,
      source === 'model' ? 'Found by the model' : undefined,
      isYours ? undefined : `${Math.round(confidence * 100)} % sure`,
    ]),
    ...evidenceOf(item.evidence.length === 0 ? undefined : `Said ${timesWords(count)}`),
    ...(lastUsed && { lastUsed: lastUsed.at }),
  };
}

function facetEntry({ name, value, updates, on }: Facet): Entry {
  return {
    key: `facet:${name}`,
    section: 'facets',
    text: facetSentence(name, value, updates),
    on,
    deletable: true,
    notes: [],
    evidence: countOf(updates, 'change'),
  };
}

/** Never quite. */
const MOST_SURE = 99;

function tasteEntry(taste: Taste): Entry {
  const { feature, named, moved, sureness } = taste;
  const percent = Math.floor(sureness * 100);
  const decisions = named.length + moved.length;
  return {
    key: `taste:${feature}`,
    section: 'tastes',
    text: tasteSentence(taste),
    deletable: false,
    notes: present([
      `${Math.min(MOST_SURE, percent)} % sure`,
      named.length === 0 ? undefined : `Named in ${countOf(named.length, 'reason')}`,
    ]),
    evidence: decisions === 1 ? '1 decision that says it most' : `${decisions} decisions that say it most`,
  };
}

function blockEntry({ id, phrase, on, evidence, lastUsed }: Block): Entry {
  return {
    key: `block:${id}`,
    section: 'blocks',
    text: blockSentence({ phrase }),
    on,
    deletable: true,
    notes: on ? [] : ['Lifted'],
    ...evidenceOf(evidence.length === 0 ? undefined : 'Where it was asked for'),
    ...(lastUsed && { lastUsed: lastUsed.at }),
  };
}

const forAndAgainst = (said: number, against: number): string | undefined =>
  said + against === 0 ? undefined : `${said} for, ${against} against`;

const evidenceOf = (words: string | undefined): Pick<Entry, 'evidence'> =>
  words === undefined ? {} : { evidence: words };

const timesWords = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const present = (notes: readonly (string | undefined)[]): string[] =>
  notes.filter((each) => each !== undefined);
