const DEFAULT_PORT = '11434';

/**
 * The address in OLLAMA_HOST, read as the server's own tool reads it: optional scheme, host, port and path; a name
 * without a port means 11434, `http://` without one means 80, `https://` 443. An address that means "listen
 * everywhere" becomes this machine. Undefined where nothing is set.
 */
export function ollamaHostFromEnv(value: string | undefined): string | undefined {
  const text = value
    ?.trim()
    .replace(/^["']+|["']+$/g, '')
    .trim();
  if (!text) return undefined;
  const at = text.indexOf('://');
  const scheme = at < 0 ? 'http' : text.slice(0, at).toLowerCase();
  const rest = at < 0 ? text : text.slice(at + 3);
  const slash = rest.indexOf('/');
  const hostPort = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? '' : rest.slice(slash).replace(/\/+$/, '');
  const fallback =
    at < 0 ? DEFAULT_PORT : scheme === 'https' ? '443' : scheme === 'http' ? '80' : DEFAULT_PORT;
  const { host, port } = splitHostPort(hostPort);
  return `${scheme}://${reachable(host)}:${validPort(port) ? port : fallback}${path}`;
}

function splitHostPort(text: string): { readonly host: string; readonly port: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed) return { host: bracketed[1] ?? '', port: bracketed[2] ?? '' };
  const parts = text.split(':');
  // More than one colon outside brackets: an IPv6 address without a port.
  if (parts.length > 2) return { host: text, port: '' };
  return { host: parts[0] ?? '', port: parts[1] ?? '' };
}

function reachable(host: string): string {
  if (host === '' || host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function validPort(port: string): boolean {
  return /^\d{1,5}$/.test(port) && Number(port) <= 65_535;
}
