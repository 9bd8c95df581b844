import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { AppError } from '../../protocol/errors.ts';

const IDLE_MS = 60_000;
const CONNECT_MS = 10_000;
const MAX_REDIRECTS = 5;

/**
 * Opens a download over HTTPS. Redirects are followed to hosts that `redirectTo` allows, over HTTPS only.
 * Throws `engine.installFailed` with the reason `network` or `refused`, and `rpc.cancelled`.
 */
export async function openDownload(
  url: string,
  redirectTo: RegExp,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let next = new URL(url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await request(next, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode === 200) return response;
    response.destroy();
    if (statusCode < 300 || statusCode >= 400 || !headers.location) {
      throw downloadFailed('refused', `${next.host} answered with HTTP ${statusCode}.`);
    }
    next = redirectTarget(next, headers.location, redirectTo);
  }
  throw downloadFailed('refused', `${next.host} redirects without end.`);
}

/** Where a redirect leads. Throws `engine.installFailed` unless it is HTTPS to a host that `allowed` names. */
export function redirectTarget(from: URL, location: string, allowed: RegExp): URL {
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (target?.protocol === 'https:' && allowed.test(target.hostname)) return target;
  throw downloadFailed(
    'refused',
    `${from.host} sends the download on to ${target?.host ?? 'no address'}, which was not agreed to.`,
  );
}

function request(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { signal });
    const timer = setTimeout(() => sent.destroy(new Error('no connection')), CONNECT_MS);
    sent.setTimeout(IDLE_MS, () => sent.destroy(new Error('it fell silent')));
    sent.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    sent.once('error', (error) => {
      clearTimeout(timer);
      reject(
        signal.aborted
          ? new AppError('rpc.cancelled', 'Stopped.')
          : downloadFailed('network', `${url.host} could not be reached: ${error.message}.`),
      );
    });
  });
}

export function downloadFailed(reason: 'network' | 'refused' | 'pip' | 'disk', why: string): AppError {
  return new AppError('engine.installFailed', 'The demo model could not be fetched.', {
    why,
    next:
      reason === 'disk'
        ? 'Free some space, then try again.'
        : 'Check the network, then try again; or install Ollama instead.',
    details: { reason },
  });
}
