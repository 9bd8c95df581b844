import { pathToFileURL } from 'node:url';
import { AppError } from '../../protocol/errors.ts';
import { type Order, orderSchema, type Report } from './embeddedProtocol.ts';
import { createLlamaRunner, type LlamaRunner } from './llamaRunner.ts';
import { isLlamaModule, type LlamaModule } from './llamaTypes.ts';

// Entry of the process that holds the embedded model. Its one argument is the path of the engine's main file.
// It ends when the process that started it lets go of it, or dies.

type Failure = Extract<Report, { report: 'failed' }>['code'];

const FAILURES: readonly Failure[] = [
  'context.tooLong',
  'model.outOfMemory',
  'model.unsupported',
  'engine.unsupported',
  'rpc.cancelled',
];

function start(engineFile: string): void {
  const tell = (report: Report): void => {
    if (process.connected) process.send?.(report);
  };
  const running = new Map<number, AbortController>();
  let engine: Promise<{ module: LlamaModule; runner: LlamaRunner }> | undefined;
  let queue = Promise.resolve();

  const work = async (order: Exclude<Order, { order: 'cancel' }>, signal: AbortSignal): Promise<void> => {
    let module: LlamaModule | undefined;
    try {
      signal.throwIfAborted();
      engine ??= loadEngine(engineFile);
      const loaded = await engine;
      module = loaded.module;
      if (order.order === 'chat') await loaded.runner.chat(order, tell, signal);
      else await loaded.runner.embed(order, tell, signal);
    } catch (error) {
      tell({ report: 'failed', id: order.id, ...failureOf(error, signal, module) });
    } finally {
      running.delete(order.id);
    }
  };

  process.on('message', (raw) => {
    const read = orderSchema.safeParse(raw);
    if (!read.success) return;
    const order = read.data;
    if (order.order === 'cancel') {
      running.get(order.id)?.abort();
      return;
    }
    const controller = new AbortController();
    running.set(order.id, controller);
    queue = queue.then(() => work(order, controller.signal));
  });
  process.on('disconnect', () => process.exit(0));
}

async function loadEngine(file: string): Promise<{ module: LlamaModule; runner: LlamaRunner }> {
  const module: unknown = await import(pathToFileURL(file).href);
  if (!isLlamaModule(module))
    throw new AppError('engine.unsupported', 'The installed engine is not the expected one.');
  return { module, runner: createLlamaRunner(module) };
}

function failureOf(
  error: unknown,
  signal: AbortSignal,
  module: LlamaModule | undefined,
): { code: Failure; why: string } {
  if (signal.aborted) return { code: 'rpc.cancelled', why: '' };
  const why = (error instanceof AppError ? (error.why ?? error.message) : String(error)).slice(0, 2_000);
  if (error instanceof AppError)
    return { code: FAILURES.find((code) => code === error.code) ?? 'engine.crashed', why };
  if (
    (module && error instanceof module.InsufficientMemoryError) ||
    /insufficient memory|out of memory|failed to allocate/i.test(why)
  ) {
    return { code: 'model.outOfMemory', why };
  }
  return {
    code: /failed to load model|unknown model architecture|invalid gguf/i.test(why)
      ? 'model.unsupported'
      : 'engine.crashed',
    why,
  };
}

start(process.argv[2] ?? '');
