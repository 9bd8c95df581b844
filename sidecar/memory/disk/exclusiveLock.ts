import { createHash, randomBytes } from 'node:crypto';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HeldLock } from '../memory.ts';
import { errnoOf } from './diskError.ts';
import type { FsPort } from './fsPort.ts';

/** Longest path of a Unix socket that every platform takes. */
const MAX_SOCKET_PATH = 100;
/** How long another contender may take to say whether it got the lock. */
const ANSWER_MS = 5_000;
const HELD = 'held\n';

export interface LockPorts {
  readonly fs: FsPort;
  readonly uid: number | undefined;
  readonly platform?: NodeJS.Platform;
  readonly temp?: string;
}

/**
 * Takes the lock of that name, or answers undefined where a living process has it. The holder's socket closes with
 * its process, so a killed holder leaves nothing locked.
 *
 * Each contender listens on a socket of its own and only then looks at the others, so of two at least one sees the
 * other. A dead socket's name is never used again, so removing it can't hit a living one. Of two contenders that are
 * both still trying, the later name gives up and the earlier waits for its answer.
 */
export async function takeLock(
  ports: LockPorts,
  dataFolder: string,
  name: string,
): Promise<HeldLock | undefined> {
  if ((ports.platform ?? process.platform) === 'win32') return takePipe(pipeName(dataFolder, name));
  return inSocketFolder(ports, dataFolder, socketName(name), (folder) => takeSocket(ports, folder, name));
}

/** Where sockets of a data folder may lie: in it, and where that can't be, in the user's temporary folder. */
export function socketFolders(
  ports: LockPorts,
  dataFolder: string,
): readonly [local: string, fallback: string] {
  const name = `whetstone-${ports.uid ?? 0}-${hashOf(dataFolder)}`;
  return [join(dataFolder, 'locks'), join(ports.temp ?? tmpdir(), name)];
}

/** Does the work in the first folder that can hold a socket of that name. */
export async function inSocketFolder<T>(
  ports: LockPorts,
  dataFolder: string,
  socket: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const [local, fallback] = socketFolders(ports, dataFolder);
  // The temporary name that is bound first is the longer one.
  if (Buffer.byteLength(join(local, `.${socket}`)) > MAX_SOCKET_PATH) return work(fallback);
  try {
    return await work(local);
  } catch (error) {
    // Some file systems (network shares, FAT) hold no sockets; all processes fall back alike.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL'].includes(errnoOf(error) ?? '')) throw error;
    return work(fallback);
  }
}

/** The named pipe of a lock on Windows, which the system frees with its process. */
export function pipeName(dataFolder: string, name: string): string {
  return `\\\\.\\pipe\\whetstone-${hashOf(dataFolder.toLowerCase())}-${name}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function socketName(lock: string): string {
  return `${lock}.${randomBytes(8).toString('hex')}.sock`;
}

async function takePipe(path: string): Promise<HeldLock | undefined> {
  const server = createServer((socket) => socket.end(HELD));
  try {
    await listen(server, path);
  } catch (error) {
    if (errnoOf(error) === 'EADDRINUSE' || errnoOf(error) === 'EACCES') return undefined;
    throw error;
  }
  return { release: () => close(server) };
}

/** Listens in the folder, which is made where it is missing. Rejects where it is not a folder of this user. */
export async function listenIn(
  ports: LockPorts,
  folder: string,
  name: string,
  server: Server,
): Promise<void> {
  const { fs, uid } = ports;
  await fs.makeFolder(folder);
  const stat = await fs.stat(folder);
  if (stat.kind !== 'folder' || (uid !== undefined && stat.uid !== uid)) {
    throw new Error(`${folder} is not a folder of this user.`);
  }
  // Bound under a name that nobody looks at: between bind and listen it would be taken for dead.
  await listen(server, join(folder, `.${name}`));
  await fs.rename(join(folder, `.${name}`), join(folder, name));
}

async function takeSocket(ports: LockPorts, folder: string, lock: string): Promise<HeldLock | undefined> {
  const { fs } = ports;
  const own = socketName(lock);
  const path = join(folder, own);
  const asking = new Set<Socket>();
  let held = false;
  const server = createServer((socket) => {
    asking.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => asking.delete(socket));
    if (held) socket.end(HELD);
  });
  await listenIn(ports, folder, own, server);
  const release = async (): Promise<void> => {
    await fs.remove(path).catch(() => undefined);
    for (const socket of asking) socket.destroy();
    await close(server);
  };
  try {
    if (await someoneElse(fs, folder, lock, own)) {
      await release();
      return undefined;
    }
  } catch (error) {
    await release();
    throw error;
  }
  held = true;
  for (const socket of asking) socket.end(HELD);
  return { release };
}

async function someoneElse(fs: FsPort, folder: string, lock: string, own: string): Promise<boolean> {
  const others = (await fs.list(folder)).filter((name) => name !== own && isSocketOf(lock, name));
  for (const other of others) {
    const answer = await ask(join(folder, other), other > own ? ANSWER_MS : 0);
    if (answer === 'dead') await fs.remove(join(folder, other)).catch(() => undefined);
    else if (answer !== 'gaveUp') return true;
  }
  return false;
}

function isSocketOf(lock: string, name: string): boolean {
  return name.startsWith(`${lock}.`) && name.endsWith('.sock');
}

type Answer = 'held' | 'gaveUp' | 'dead' | 'trying';

/** Asks the owner of a socket; with no patience, one that has not decided yet counts as `trying`. */
function ask(path: string, patienceMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    let connected = false;
    let timer: NodeJS.Timeout | undefined;
    const settle = (answer: Answer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => {
      connected = true;
      if (patienceMs === 0) settle('trying');
      else timer = setTimeout(() => settle('trying'), patienceMs);
    });
    socket.on('data', () => settle('held'));
    socket.on('close', () => settle('gaveUp'));
    socket.on('error', (error) => {
      const errno = errnoOf(error);
      if (connected || errno === 'ECONNRESET' || errno === 'EPIPE') settle('gaveUp');
      else if (errno === 'ECONNREFUSED') settle('dead');
      else if (errno === 'ENOENT') settle('gaveUp');
      else if (errno === 'EAGAIN') settle('trying');
      else reject(error);
    });
  });
}

export function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, readableAll: false, writableAll: false }, () => {
      server.removeListener('error', reject);
      server.unref();
      resolve();
    });
  });
}

export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
