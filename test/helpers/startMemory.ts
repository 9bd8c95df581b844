import { monotonicFactory } from 'ulid';
import { createMemory, type MemoryPorts } from '../../sidecar/memory/createMemory.ts';
import type { Memory } from '../../sidecar/memory/memory.ts';

/** Starts the real memory on a folder and waits until it has read everything; `onNotice` hears of what it finds then. */
export async function startMemory(
  dataFolder: string,
  more: Partial<MemoryPorts> = {},
  onNotice: (notice: { readonly code: string }) => void = () => undefined,
): Promise<Memory> {
  const ids = monotonicFactory();
  const ports = { dataFolder, clock: Date.now, ids: () => ids(), log: () => undefined };
  const memory = await createMemory({ ...ports, ...more });
  memory.onNotice(onNotice);
  await memory.ready;
  return memory;
}
