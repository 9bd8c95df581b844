import { join } from 'node:path';
import * as vscode from 'vscode';
import { countOf } from '../../sidecar/protocol/countOf.ts';
import type { Client } from '../../sidecar/protocol/methods.ts';
import { PHASES } from '../../sidecar/protocol/words.ts';

const CONFIRM_WORD = 'reset';

export interface TrainingFilesDeps {
  readonly client: Client;
  dataFolder(): string;
  showText(name: string, markdown: string): Promise<void>;
  /** Everything was reset: the panel starts empty. */
  onReset(): void;
}

export interface TrainingFiles {
  initializeTraining(): Promise<void>;
  resetTraining(): Promise<void>;
  showTrainingLog(): Promise<void>;
  openTrainedModelfile(): Promise<void>;
  openDataFolder(): Promise<void>;
}

export function createTrainingFiles(deps: TrainingFilesDeps): TrainingFiles {
  const { client, dataFolder } = deps;
  return {
    async initializeTraining() {
      // The sidecar makes the folder when it starts.
      const health = await client.call('health.get', {});
      const stats = await client.call('stats.get', {});
      const decisions = stats.approved + stats.denied + stats.edited;
      await deps.showText('Training.md', explainPhases(health.dataFolder, decisions));
    },
    async resetTraining() {
      const typed = await vscode.window.showInputBox({
        title: 'Reset training',
        prompt: `Moves decisions, rules and training files to a quarantine folder. Type ${CONFIRM_WORD} to go on.`,
        placeHolder: CONFIRM_WORD,
        ignoreFocusOut: true,
        validateInput: (value) =>
          value === '' || value === CONFIRM_WORD ? undefined : `Type ${CONFIRM_WORD}, or press Escape.`,
      });
      if (typed !== CONFIRM_WORD) return;
      const { quarantine } = await client.call('reset.run', { confirm: typed });
      deps.onReset();
      const open = 'Open data folder';
      const line = `Whetstone starts afresh. What was there is in ${quarantine}.`;
      if ((await vscode.window.showInformationMessage(line, open)) === open) await openFolder(dataFolder());
    },
    showTrainingLog: () => openFile(dataFolder(), 'training_log.md'),
    openTrainedModelfile: () => openFile(dataFolder(), 'Modelfile.trained'),
    openDataFolder: () => openFolder(dataFolder()),
  };
}

async function openFile(folder: string, name: string): Promise<void> {
  const uri = vscode.Uri.file(join(folder, name));
  const there = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  if (there) {
    const preview = name.endsWith('.md');
    if (preview) await vscode.commands.executeCommand('markdown.showPreview', uri);
    else await vscode.window.showTextDocument(uri);
    return;
  }
  const train = 'Train';
  const line = `There is no ${name} yet. The first training writes it.`;
  if ((await vscode.window.showInformationMessage(line, train)) === train) {
    await vscode.commands.executeCommand('whetstone.trainModel');
  }
}

async function openFolder(folder: string): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.file(folder));
}

const PHASE_MEANING: Readonly<Record<(typeof PHASES)[number]['name'], string>> = {
  Setup: 'observes',
  Emerging: 'noticeably better',
  Competent: 'matches your style',
  Sharp: 'rarely denied',
  Expert: 'knows your taste',
};

/** How training goes, in the user's own numbers. */
function explainPhases(folder: string, decisions: number): string {
  const rows = PHASES.map(({ name, from }, index) => {
    const next = PHASES[index + 1];
    const range = next === undefined ? `${from} and more` : `${from} to ${next.from - 1}`;
    const here = decisions >= from && (next === undefined || decisions < next.from);
    return `| ${here ? `**${name}** (you are here)` : name} | ${range} | ${PHASE_MEANING[name]} |`;
  });
  return [
    '# Training',
    '',
    `Everything Whetstone learns is in \`${folder}\` on this machine. You have made ${countOf(decisions, 'decision')}.`,
    '',
    '1. Ask for code and decide: approve, deny with a reason, or edit and approve.',
    '2. Run **Whetstone: Train Model** every 10 to 20 decisions.',
    '3. Switch to the trained version, and back in one click where you like it less.',
    '4. Read **Whetstone: Show Training Log**: it says what was learned and what to decide more on.',
    '',
    '| phase | decisions | answers |',
    '|:--|:--|:--|',
    ...rows,
    '',
    'A reason with a denial teaches more than several denials without one.',
    '',
  ].join('\n');
}
