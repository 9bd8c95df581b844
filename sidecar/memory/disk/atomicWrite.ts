import { type AtomicWritePorts, createAtomicFile } from './atomicFile.ts';

/** Replaces the whole file or leaves the old one as it was; durable when it resolves. Mode 0600. */
export async function atomicWrite(
  ports: AtomicWritePorts,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const file = await createAtomicFile(ports, path);
  try {
    await file.write(typeof content === 'string' ? Buffer.from(content, 'utf8') : content);
    await file.finish();
    await file.publish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}
