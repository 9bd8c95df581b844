import * as vscode from 'vscode';
import { isThisMachine, serverName, serverOrigin } from '../serverAddress.ts';
import { readToken, type ServerTokens } from '../serverTokens.ts';

export interface SetServerTokenDeps {
  readonly tokens: ServerTokens;
  /** Address of the server in use. */
  host(): string;
  say(line: string): void;
}

/** Asks for the bearer token of the server in use. It goes into the keychain; an empty one removes it. */
export async function setServerToken({ tokens, host, say }: SetServerTokenDeps): Promise<void> {
  const address = host();
  const server = serverOrigin(address);
  const plain = server.startsWith('http:') && !isThisMachine(serverName(address));
  const typed = await vscode.window.showInputBox({
    title: `Token for ${server}`,
    prompt: `Sent to this server only${plain ? ', unencrypted' : ''}. Empty removes it.`,
    placeHolder: 'Bearer token',
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => {
      const read = readToken(value);
      return 'refused' in read ? read.refused : undefined;
    },
  });
  const read = typed === undefined ? undefined : readToken(typed);
  if (read === undefined || 'refused' in read) return;
  await tokens.set(address, read.token);
  say(read.token === '' ? `No token is sent to ${server}.` : `The token for ${server} is in the keychain.`);
}
