import { setFlagsFromString } from 'node:v8';
import { type Order, orderSchema, type Report } from './codeParserMessages.ts';
import { type SyntaxVerdict, syntaxVerdict, type TryParse } from './syntaxVerdict.ts';
import { createTreeSitter } from './treeSitter.ts';

// Entry of the process that parses code. Its one argument is the folder with the parser and the grammars. It ends when
// the process that started it lets go of it, or dies.

/**
 * What all readings of one block may cost, in hundreds of parser steps, about a millisecond each on a slow machine where
 * much is wrong. Counted, not timed, so that the verdict is the same on a busy machine.
 */
const MAX_COST = 3_000;
/** Optimising the grammars' huge functions takes hundreds of megabytes, for parses of a millisecond. */
const UNOPTIMISED = '--liftoff-only';

function start(wasmFolder: string): void {
  setFlagsFromString(UNOPTIMISED);
  let left = 0;
  const mayGoOn = (): boolean => {
    left -= 1;
    return left > 0;
  };
  const parse = createTreeSitter({ wasmFolder, mayGoOn });
  let queue = Promise.resolve();

  const affordable: TryParse = async (grammar, text) => (left > 0 ? parse(grammar, text) : undefined);
  const verdictOn = ({ grammar, code }: Order): Promise<SyntaxVerdict> => {
    left = MAX_COST;
    return syntaxVerdict(grammar, code, affordable);
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
