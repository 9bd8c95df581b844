import { createBlockBook } from '../../sidecar/learn/blocks/blockBook.ts';
import { createMemoryBook } from '../../sidecar/learn/memories/memoryBook.ts';
import { startMemory } from './startMemory.ts';
import { tasteMemory } from './tasteMemory.ts';

const CODE = (n: number, lines: readonly string[]): string =>
  `Here is the code:\n\n\`\`\`python\ndef step_${n}(a, b):\n${lines.join('\n')}\n    return a + b\n\`\`\`\n`;
const DOC = '    """Adds two numbers."""';
const LOOP = '    for each in a: b += each';

/** Fills a data folder with decisions that say something, memories, a persona that moved, and blocks. */
export async function writeKnowledge(dataFolder: string): Promise<void> {
  const memory = await startMemory(dataFolder);
  const { decide } = tasteMemory(memory);
  for (let n = 0; n < 28; n += 1) {
    const [hasDoc, hasLoop] = [n % 2 === 0, n % 3 === 0];
    const text = CODE(n, [...(hasDoc ? [DOC] : []), ...(hasLoop ? [LOOP] : [])]);
    await decide(text, hasDoc ? 'approved' : 'denied', {
      prompt: `Write the function step_${n}.`,
      reasons: hasDoc ? [] : [n % 4 === 1 ? 'missing_docs' : 'too_long'],
      ...(n === 7 && { note: 'Always use type hints.' }),
    });
  }
  const { request, decision } = await decide(CODE(99, [DOC]), 'edited', {
    prompt: 'I want to build a REST API with FastAPI. Write the first route.',
    editedText: CODE(99, [DOC, '    # checked']),
  });
  const said = {
    ...{ kind: 'memory' as const, scope: 'always', request, decision },
    ...{ tags: ['learned'], evidence: [] },
  };
  await memory.append<'memory'>({
    ...{ ...said, memory: 'goal-rest', type: 'goal', text: 'build a REST API', confidence: 0.8 },
    ...{ source: 'keywords', quote: 'I want to build a REST API with FastAPI' },
  });
  await memory.append<'memory'>({
    ...{ ...said, memory: 'likes-fastapi', type: 'preference', text: 'Prefers: FastAPI', confidence: 0.75 },
    ...{ source: 'keywords', quote: 'with FastAPI' },
  });
  for (const [at, why] of [
    'denied: too long',
    'denied: too long',
    'picked h1',
    'denied: too long',
  ].entries()) {
    const [before, after] = [0.5 + at * 0.06, 0.56 + at * 0.06];
    await memory.append<'persona'>({
      ...{ kind: 'persona', oldFacets: { concise: before }, newFacets: { concise: after } },
      ...{ facetDeltas: { concise: 0.06 }, signals: { why, evidence: 'reason' }, request, decision },
    });
  }
  const book = createMemoryBook({ memory, clock: Date.now });
  const { id } = await book.set({ type: 'preference', text: 'Early returns' });
  await book.set({ id, state: 'pin' });
  const blocks = createBlockBook({ memory });
  await blocks.set({ phrase: 'lodash', on: true });
  await blocks.set({ phrase: 'as any', on: true });
  await blocks.set({ phrase: 'as any', on: false });
  await memory.dispose();
}
