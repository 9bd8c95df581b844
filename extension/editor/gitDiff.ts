import * as vscode from 'vscode';
import { capText } from './capText.ts';
import { withoutSecrets } from './withoutSecrets.ts';

interface Repository {
  readonly rootUri: vscode.Uri;
  diff(cached?: boolean): Promise<string>;
}
interface GitExports {
  getAPI(version: 1): {
    readonly repositories: readonly Repository[];
    getRepository(uri: vscode.Uri): Repository | null;
  };
}

/** The uncommitted changes of the repository of `uri`, staged ones first; undefined where there are none. */
export async function gitDiff(uri: vscode.Uri | undefined): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<GitExports>('vscode.git');
  if (extension === undefined) return undefined;
  const git = (extension.isActive ? extension.exports : await extension.activate()).getAPI(1);
  const repository = (uri && git.getRepository(uri)) ?? git.repositories[0];
  if (repository === undefined) return undefined;
  const parts = [await repository.diff(true), await repository.diff(false)];
  const text = withoutSecrets(parts.filter((part) => part !== '').join('\n'));
  return text.trim() === '' ? undefined : capText(text);
}
