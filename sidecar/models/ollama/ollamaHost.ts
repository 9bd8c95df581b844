import { AppError } from '../../protocol/errors.ts';

const DEFAULT_PORT = '11434';
const SHOWN = 200;

export interface OllamaHost {
  /** What requests go to, without a trailing slash, for example `http://127.0.0.1:11434`. */
  readonly url: string;
  /** `host:port`, for messages. */
  readonly address: string;
  readonly loopback: boolean;
}

/**
 * Reads the address of a model server as a person writes it: `localhost`, `127.0.0.1:11434`, `http://...`.
 * Throws `server.remoteRefused` for plain http to another machine unless `allowRemote`, and
 * `server.unreachable` for what is not an address.
 */
export function parseOllamaHost(text: string, allowRemote = false): OllamaHost {
  const url = readUrl(text.trim());
  if (url.username !== '' || url.password !== '') {
    throw notAnAddress(
      `${url.protocol}//...@${url.host}`,
      'A name or password does not belong in the address.',
    );
  }
  const address = `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
  const loopback = isLoopback(url.hostname);
  if (url.protocol === 'http:' && !loopback && !allowRemote) {
    throw new AppError('server.remoteRefused', `The model server at ${address} is not used.`, {
      why: 'It is another machine, and plain http would send prompts and code over the network unencrypted.',
      next: 'Use https, a tunnel to this machine, or allow plain http to other machines in the settings.',
      details: { address },
    });
  }
  return { url: `${url.protocol}//${address}${url.pathname.replace(/\/+$/, '')}`, address, loopback };
}

function readUrl(text: string): URL {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  // Servers are told to listen on `:11434` or `0.0.0.0`; both mean this machine to someone who connects.
  const written = hasScheme ? text : `http://${text.startsWith(':') ? `127.0.0.1${text}` : text}`;
  let url: URL;
  try {
    url = new URL(text === '' ? 'http://127.0.0.1' : written);
  } catch {
    throw notAnAddress(text, 'It cannot be read as a host name with a port.');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw notAnAddress(text, 'Only http and https are spoken.');
  if (url.search !== '' || url.hash !== '') throw notAnAddress(text, 'It has parts after the path.');
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  if (!hasScheme && url.port === '' && !/:80(\/|$)/.test(text)) url.port = DEFAULT_PORT;
  return url;
}

/** True for `localhost`, 127.0.0.0/8 and ::1, as a URL parser writes them. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}

function notAnAddress(text: string, why: string): AppError {
  return new AppError(
    'server.unreachable',
    `"${text.slice(0, SHOWN)}" is not an address of a model server.`,
    {
      why,
      next: 'Set the host to something like http://127.0.0.1:11434.',
    },
  );
}
