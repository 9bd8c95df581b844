/** The server that an address of the settings names, without path, name and password: `https://gpu.example:8443`. */
export function serverOrigin(host: string): string {
  const text = host.trim();
  const url = text.includes('://') ? text : `http://${text}`;
  return URL.canParse(url) ? new URL(url).origin : text;
}

/** Host name of an address of the settings; empty where it is no address. */
export function serverName(host: string): string {
  const origin = serverOrigin(host);
  return URL.canParse(origin) ? new URL(origin).hostname : '';
}

/** True for names that mean the machine that one is on. */
export function isThisMachine(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1?\]?|0\.0\.0\.0)$/i.test(hostname);
}
