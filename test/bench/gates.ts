import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bracketsBalance } from '../../sidecar/generate/gates/bracketsBalance.ts';
import { type CodeParser, createCodeParser } from '../../sidecar/generate/gates/codeParser.ts';
import { grammarOf } from '../../sidecar/generate/gates/grammars.ts';
import type { SyntaxVerdict } from '../../sidecar/generate/gates/syntaxVerdict.ts';
import { codeBlocks } from '../../sidecar/protocol/answerBlocks.ts';
import { atLeast, type BenchOptions, type BenchRow, noted } from './benchRow.ts';
import { groupBy } from './learn/groupBy.ts';
import { readPublicData } from './learn/publicData.ts';
import { seeded } from './learn/seeded.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SEED = 20250101;
const CUTS = 200;
/** Shorter ones are mostly a single call. */
const MIN_CUT = 60;

interface Block {
  readonly language: string;
  readonly code: string;
}
interface Judged extends Block {
  readonly verdict: SyntaxVerdict;
}

/**
 * `--data FOLDER`: how many different code blocks of the real answers there are called broken, by grammar, and how many
 * of 200 blocks that parse are found when cut inside a bracket or a text. `--show N` prints N that are called broken.
 */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const folder = options['data'];
  if (folder === undefined) {
    console.error('gates: name the public data with --data FOLDER.');
    return [];
  }
  if (!existsSync(folder)) throw new Error(`There is no folder ${folder}.`);
  const parser = createCodeParser({
    script: join(ROOT, 'sidecar', 'generate', 'gates', 'codeParserMain.ts'),
    wasmFolder: join(ROOT, 'node_modules', '@vscode', 'tree-sitter-wasm', 'wasm'),
    env: process.env,
    answerMs: 60_000,
  });
  try {
    const judged = await judge(parser, blocksIn(folder));
    for (const { language, code } of judged
      .filter(({ verdict }) => verdict === 'broken')
      .slice(0, Number(options['show'] ?? 0))) {
      console.error(`--- ${language}\n${code}\n`);
    }
    return [...verdictRows(judged), await cutRow(parser, judged)];
  } finally {
    parser.dispose();
  }
}

function blocksIn(folder: string): Block[] {
  const found = new Map<string, Block>();
  for (const { response } of readPublicData(folder).scores) {
    for (const { language, code } of codeBlocks(response)) {
      if (grammarOf(language)) found.set(`${language}\n${code}`, { language, code });
    }
  }
  return [...found.values()];
}

async function judge(parser: CodeParser, blocks: readonly Block[]): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const block of blocks) {
    judged.push({ ...block, verdict: await parser.parses(block.language, block.code) });
  }
  return judged;
}

function verdictRows(judged: readonly Judged[]): BenchRow[] {
  const count = (of: readonly Judged[], verdict: SyntaxVerdict): number =>
    of.filter((each) => each.verdict === verdict).length;
  const byGrammar = groupBy(judged, ({ language }) => grammarOf(language) ?? '');
  return [['all', judged] as const, ...byGrammar].flatMap(([name, of]) => [
    noted('gates', `${name}: blocks`, of.length, ''),
    noted('gates', `${name}: broken`, count(of, 'broken'), ''),
    noted('gates', `${name}: unknown`, count(of, 'unknown'), ''),
  ]);
}

async function cutRow(parser: CodeParser, judged: readonly Judged[]): Promise<BenchRow> {
  const random = seeded(SEED);
  const sound = judged.filter(
    ({ verdict, code }) => verdict === 'ok' && code.length >= MIN_CUT && bracketsBalance(code),
  );
  let cuts = 0;
  let found = 0;
  while (cuts < CUTS && sound.length > 0) {
    const { language, code } = sound[Math.floor(random() * sound.length)] ?? { language: '', code: '' };
    const cut = code.slice(0, Math.floor(random() * code.length));
    if (bracketsBalance(cut)) continue;
    cuts += 1;
    if ((await parser.parses(language, cut)) === 'broken') found += 1;
  }
  return atLeast('gates', `found of ${cuts} cut inside a bracket or text`, found / cuts, 'share', 0.9);
}
