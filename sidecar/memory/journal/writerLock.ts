import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { errnoOf } from '../disk/diskError.ts';
import {
  close,
  inSocketFolder,
  type LockPorts,
  listen,
  listenIn,
  pipeName,
  socketFolders,
} from '../disk/exclusiveLock.ts';
import type { HeldLock } from '../memory.ts';

/** A dead socket under a name that was never shown is left alone this long: its maker may be about to rename it. */
const HIDDEN_AGE_MS = 60 * 60 * 1_000;

/**
 * Says, for as long as this process lives, that the writer does: a listening socket, or a named pipe on Windows, that
 * the system closes with the process. Appending does not need it. It keeps others from tidying up behind a writer that
 * is still at work.
 */
export async function holdWriterLock(
  ports: LockPorts,
  dataFolder: string,
  writer: string,
): Promise<HeldLock> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.destroy();
  });
  if (isWindows(ports)) {
    await listen(server, pipeName(dataFolder, lockName(writer)));
    return { release: () => close(server) };
  }
  const name = socketName(writer);
  const path = await inSocketFolder(ports, dataFolder, name, async (folder) => {
    await listenIn(ports, folder, name, server);
    return join(folder, name);
  });
  return { release: () => unlisten(ports, server, path) };
}

async function unlisten({ fs }: LockPorts, server: Server, path: string): Promise<void> {
  await fs.remove(path).catch(() => undefined);
  await close(server);
}

/** False only where it is certain that the process of that writer has ended. */
export async function isWriterAlive(ports: LockPorts, dataFolder: string, writer: string): Promise<boolean> {
  if (isWindows(ports)) return listens(pipeName(dataFolder, lockName(writer)));
  for (const folder of socketFolders(ports, dataFolder)) {
    if (await listens(join(folder, socketName(writer)))) return true;
  }
  return false;
}

/** Removes what killed processes left in the folders of sockets. The caller holds the exclusive lock. */
export async function removeDeadSockets(ports: LockPorts, dataFolder: string, now: number): Promise<void> {
  if (isWindows(ports)) return;
  for (const folder of socketFolders(ports, dataFolder)) {
    const names = await ports.fs.list(folder).catch((): string[] => []);
    for (const name of names) {
      if (!name.endsWith('.sock') || !(await isOld(ports, join(folder, name), name, now))) continue;
      if (!(await listens(join(folder, name))))
        await ports.fs.remove(join(folder, name)).catch(() => undefined);
    }
  }
}

/** Names that were shown are of sockets that listened before: a refusal there means dead at any age. */
async function isOld({ fs }: LockPorts, path: string, name: string, now: number): Promise<boolean> {
  if (name.startsWith(WRITER)) return true;
  if (!name.startsWith('.')) return false;
  const stat = await fs.stat(path).catch(() => undefined);
  return stat !== undefined && now - stat.mtimeMs > HIDDEN_AGE_MS;
}

const WRITER = 'writer.';

const lockName = (writer: string): string => `${WRITER}${writer}`;
const socketName = (writer: string): string => `${lockName(writer)}.sock`;
const isWindows = (ports: LockPorts): boolean => (ports.platform ?? process.platform) === 'win32';

function listens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', (error) =>
      settle(!['ECONNREFUSED', 'ENOENT', 'ENOTDIR', 'ENOTSOCK'].includes(errnoOf(error) ?? '')),
    );
  });
}
