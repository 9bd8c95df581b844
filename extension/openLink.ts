import * as vscode from 'vscode';

/** Opens a web address outside after the user has seen where it leads. Anything but http and https is dropped. */
export async function openLink(href: string): Promise<void> {
  if (!URL.canParse(href)) return;
  const url = new URL(href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return;
  const open = 'Open';
  const chosen = await vscode.window.showInformationMessage(
    `Open ${url.host} in the browser?`,
    { modal: true, detail: url.href },
    open,
  );
  if (chosen === open) await vscode.env.openExternal(vscode.Uri.parse(url.href, true));
}
