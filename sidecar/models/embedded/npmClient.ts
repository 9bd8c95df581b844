import { AppError } from '../../protocol/errors.ts';
import type { EnginePackage } from './engineManifest.ts';
import { runProgram } from './runProgram.ts';

const UNKNOWN_HOST = 'your npm registry';

export interface NpmClientDeps {
  /** The npm program; `npm` of the PATH where absent. */
  readonly program?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** The user's own npm, with its registry and proxy settings. */
export interface NpmClient {
  /** Host that packages come from, for asking the user. Never fails. */
  host(signal: AbortSignal): Promise<string>;
  /** Fetches packages as archives into a folder. Throws `engine.installFailed`. */
  pack(packages: readonly EnginePackage[], folder: string, signal: AbortSignal): Promise<void>;
}

export function createNpmClient({ program = 'npm', env = process.env }: NpmClientDeps = {}): NpmClient {
  return {
    host: async (signal) => {
      try {
        const { stdout } = await runProgram(program, ['config', 'get', 'registry'], { env, signal });
        return new URL(stdout.trim()).host;
      } catch (error) {
        if (AppError.is(error, 'rpc.cancelled')) throw error;
        return UNKNOWN_HOST;
      }
    },
    pack: async (packages, folder, signal) => {
      const specs = packages.map(({ name, version }) => `${name}@${version}`);
      const args = ['pack', '--loglevel=error', '--ignore-scripts', '--pack-destination', '.', ...specs];
      const result = await runProgram(program, args, { cwd: folder, env, signal }).catch((error: unknown) => {
        throw AppError.is(error) ? error : npmMissing(error);
      });
      if (result.code !== 0) throw npmFailed(result.stderr);
    },
  };
}

/** The name that npm gives the archive of a package. */
export function archiveName({ name, version }: Pick<EnginePackage, 'name' | 'version'>): string {
  return `${name.replace(/^@/, '').replace('/', '-')}-${version}.tgz`;
}

function npmMissing(cause: unknown): AppError {
  return new AppError('engine.installFailed', 'The built-in engine could not be fetched.', {
    why: 'npm was not found. It comes with Node.js and fetches the engine.',
    next: 'Install Node.js, restart VS Code, and try again; or install Ollama instead.',
    details: { reason: 'npmMissing' },
    cause,
  });
}

/** Reads npm's own error codes. */
export function npmFailed(stderr: string): AppError {
  const code = /\bE(?:\d{3}|[A-Z]{5,}|RR_[A-Z_]+)\b/.exec(stderr.replace(/^npm warn.*$/gm, ''))?.[0] ?? '';
  const said = stderr.trim().split('\n').slice(-3).join(' ').slice(-400);
  const make = (reason: string, why: string, next: string): AppError =>
    new AppError('engine.installFailed', 'The built-in engine could not be fetched.', {
      why,
      next,
      details: { reason },
    });
  if (
    /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)$/.test(
      code,
    )
  ) {
    return make(
      'network',
      `The npm registry could not be reached (${code}).`,
      'Check the network and the proxy settings of npm.',
    );
  }
  if (code === 'ENOSPC') return make('disk', 'The disk is full.', 'Free some space, then try again.');
  if (code === 'E404' || code === 'ETARGET') {
    return make(
      'notFound',
      `The npm registry does not have a package that is needed. ${said}`,
      'Use another registry, or install Ollama instead.',
    );
  }
  if (code === 'EINTEGRITY') {
    return new AppError('engine.checksum', 'A package of the built-in engine is damaged.', {
      why: 'Its checksum is not the one that the registry names.',
      next: 'Try again; if it stays, the registry or a proxy changes packages.',
    });
  }
  return make('npm', `npm failed. ${said}`, 'Try again; if it stays, look at the logs.');
}
