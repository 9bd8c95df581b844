import { countOf } from '../../sidecar/protocol/countOf.ts';
import type { Client } from '../../sidecar/protocol/methods.ts';
import { eventsOf, splitKey } from './knowledgeBook.ts';
import type { KnowledgeSources } from './knowledgeSources.ts';

const NO_UNDO = 'There is no undo.';

/** What deleting takes, in whole sentences; undefined where there is nothing to delete. Rejects as the client does. */
export async function forgetQuestion(
  client: Pick<Client, 'call'>,
  known: KnowledgeSources,
  key: string,
): Promise<string | undefined> {
  const [kind, id] = splitKey(key);
  if (kind === 'rule') {
    const rule = known.rules.find((each) => each.id === id);
    if (!rule) return undefined;
    const decisions = countOf(rule.counts.for, 'decision');
    return `What ${decisions} said for it counts no more, and your own wording of it is deleted. The decisions stay. ${NO_UNDO}`;
  }
  const ids = eventsOf(known, key);
  if (ids.length === 0) return undefined;
  const { others, requests, versions } = await client.call('memory.forget', {
    ids: ids.slice(0, 1_000),
    preview: true,
  });
  const trained = versions.filter(({ deleted }) => !deleted).map(({ number }) => `v${number}`);
  return [
    `${countOf(Math.max(others, 1), 'entry', 'entries')} would be deleted from every file of the data folder.`,
    requests > 0 ? `With it ${countOf(requests, 'request')}.` : '',
    kind === 'facet' ? otherFacets(known, id) : '',
    trained.length > 0 ? `Trained on it: ${trained.join(', ')}; remove them and train again.` : '',
    NO_UNDO,
  ]
    .filter(Boolean)
    .join(' ');
}

/** One change can move several facets; deleting it takes all. */
function otherFacets({ persona }: KnowledgeSources, name: string): string {
  const own = persona.updates.filter(({ facetDeltas }) => facetDeltas[name] !== undefined);
  const shared = own.filter(({ facetDeltas }) => Object.keys(facetDeltas).length > 1).length;
  return shared === 0
    ? ''
    : `${countOf(shared, 'change')} of it moved other traits too; those go back as well.`;
}
