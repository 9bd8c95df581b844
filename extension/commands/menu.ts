import * as vscode from 'vscode';

interface Entry extends vscode.QuickPickItem {
  readonly command: string;
}

/** The menu of the status bar. `due` says why training is due, or is empty. */
export async function showMenu(due: string): Promise<void> {
  const entries: Entry[] = [
    { label: '$(comment) Ask', command: 'whetstone.ask' },
    { label: '$(mortar-board) Train Model', description: due, command: 'whetstone.trainModel' },
    { label: '$(arrow-swap) Switch Model', command: 'whetstone.switchModel' },
    { label: '$(book) What Whetstone Knows', command: 'whetstone.whatWhetstoneKnows' },
    { label: '$(output) Show Training Log', command: 'whetstone.showTrainingLog' },
    { label: '$(pulse) Diagnose', command: 'whetstone.diagnose' },
  ];
  const picked = await vscode.window.showQuickPick(entries, { title: 'Whetstone', ignoreFocusOut: true });
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}
