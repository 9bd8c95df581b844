import { setFlagsFromString } from 'node:v8';
import { type Order, orderSchema, type Report } from './codeParserMessages.ts';
import { type SyntaxVerdict, syntaxVerdict, type TryParse } from './syntaxVerdict.ts';
import { createTreeSitter } from './treeSitter.ts';

// Entry of the process that parses code. Its one argument is the folder with the parser and the grammars. It ends when
// the process that started it lets go of it, or dies.

/** Milliseconds for one parse, and for all readings of one block. */
const PARSE_MS = 250;
const BLOCK_MS = 1_500;
/** Optimising the grammars' huge functions takes hundreds of megabytes, for parses of a millisecond. */
const UNOPTIMISED = '--liftoff-only';

function start(wasmFolder: string): void {
  setFlagsFromString(UNOPTIMISED);
  const now = (): number => performance.now();
  const parse = createTreeSitter({ wasmFolder, now, parseMs: PARSE_MS });
  let queue = Promise.resolve();

  const verdictOn = async ({ grammar, code }: Order): Promise<SyntaxVerdict> => {
    let until = Number.POSITIVE_INFINITY;
    const inTime: TryParse = async (by, text) => {
      const parsed = now() > until ? undefined : await parse(by, text);
      // Loading the grammar is not the code's fault.
      if (until === Number.POSITIVE_INFINITY) until = now() + BLOCK_MS;
      return parsed;
    };
    return syntaxVerdict(grammar, code, inTime);
  };
  const work = async (order: Order): Promise<void> => {
    const verdict = await verdictOn(order).catch((): SyntaxVerdict => 'unknown');
    const report: Report = { id: order.id, verdict };
    if (process.connected) process.send?.(report);
  };

  process.on('message', (raw) => {
    const read = orderSchema.safeParse(raw);
    if (read.success) queue = queue.then(() => work(read.data));
  });
  process.on('disconnect', () => process.exit(0));
}

start(process.argv[2] ?? '');
