import type { MemoryItem } from '../../protocol/memorySchemas.ts';
import { readingTerms } from './readingTerms.ts';

/** What the user is working on, as goals and preferences have it. */
export interface KnownThing {
  /** As the goal names it: `REST API`. */
  readonly name: string;
  /** With the tools that are preferred: `containerised REST API`. */
  readonly words: string;
}

const VERB =
  /^(?:(?:want|need|would like|going) to\s+)?(?:build|create|make|write|develop|implement|deploy|design|set up|setup|add|finish|publish|release|ship|host|run|test|document|containeri[sz]e)\s+/i;
const ARTICLE = /^(?:a|an|the|my|our|your|this|that|some)\s+/i;
/** Where the thing ends and what is said about it begins. */
const TAIL =
  /\s+(?:with|using|in|on|onto|into|as|for|to|via|by|from|that|which|so|and|or|inside|through|at|where|when|because|of)\b.*$|[,.;:?!(].*$/i;
const TOOLS = /^prefers?:?\s+(.+)$/i;
const ADJECTIVES: ReadonlyMap<string, string> = new Map([
  ['docker', 'containerised'],
  ['podman', 'containerised'],
  ['containers', 'containerised'],
]);
const ADJECTIVE = /^(?:containeri[sz]ed|dockeri[sz]ed)\s+/i;
const MAX_WORDS = 5;
const MAX_TOOLS = 1;

/** The thing of the first goal that names one, with preferred tools. Undefined where no goal does. */
export function knownThing(memories: readonly MemoryItem[]): KnownThing | undefined {
  const inForce = memories.filter((each) => each.state !== 'off' && each.replacedBy === undefined);
  for (const { text } of inForce.filter(({ type }) => type === 'goal')) {
    const name = thingOf(text);
    if (name !== undefined) return { name, words: withTools(name, inForce) };
  }
  return undefined;
}

/** The thing that a goal is about: `build a REST API with FastAPI` -> `REST API`. */
export function thingOf(goal: string): string | undefined {
  const withoutVerb = goal.trim().replace(VERB, '');
  if (withoutVerb === goal.trim()) return undefined;
  const name = withoutVerb.replace(ARTICLE, '').replace(TAIL, '').replace(ADJECTIVE, '').trim();
  const words = name.split(/\s+/);
  return name === '' || words.length > MAX_WORDS || readingTerms(name).size === 0 ? undefined : name;
}

function withTools(name: string, memories: readonly MemoryItem[]): string {
  const named = readingTerms(name);
  const tools = memories
    .filter(({ type }) => type === 'preference')
    .flatMap(({ text }) => (TOOLS.exec(text.trim())?.[1] ?? '').split(/\s*,\s*|\s+and\s+/))
    .map((each) => each.trim())
    .filter((each) => each !== '' && each.split(/\s+/).length <= 2 && !overlaps(named, readingTerms(each)));
  const before = tools.flatMap((tool) => ADJECTIVES.get(tool.toLowerCase()) ?? []);
  const after = tools.filter((tool) => !ADJECTIVES.has(tool.toLowerCase()));
  const lead = [...new Set(before)].slice(0, MAX_TOOLS).map((each) => `${each} `);
  const tail = [...new Set(after)].slice(0, MAX_TOOLS).map((each) => ` with ${each}`);
  return `${lead.join('')}${name}${tail.join('')}`;
}

function overlaps(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return [...right].some((term) => left.has(term));
}
