import { hostname } from 'node:os';
import * as vscode from 'vscode';
import { isThisMachine, serverName } from './serverAddress.ts';

/** The machine that answers, where it is not the one the user sits at; empty otherwise. */
export function whichMachine(host: string): string {
  const server = serverName(host);
  if (server !== '' && !isThisMachine(server)) return server;
  const extension = vscode.extensions.getExtension('whetstone.whetstone');
  const remote =
    vscode.env.remoteName !== undefined && extension?.extensionKind === vscode.ExtensionKind.Workspace;
  return remote ? hostname() : '';
}
