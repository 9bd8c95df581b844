import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkForTerminal, forTerminal } from '../../sidecar/cli/terminalNext.ts';
import { ERROR_CODES, type ErrorCode } from '../../sidecar/protocol/errors.ts';

const SIDECAR = join(import.meta.dirname, '..', '..', 'sidecar');
const EDITOR_ONLY =
  /(?<!proxy )\bsettings?\b|\bpanel\b|\bwindow\b|\blist\b|Whetstone:|VS Code|\breload\b|the built-in model, or|change the host|"Set Up|\bchoose an?\b/i;
const CODE = /'([a-z]+\.[a-zA-Z]+)'/g;
const SENTENCE = /'((?:[^'\\\n]|\\.)*\.)'|"((?:[^"\\\n]|\\.)*\.)"|`((?:[^`\\\n]|\\.)*\.)`/g;

interface Advice {
  readonly file: string;
  readonly code: ErrorCode;
  readonly text: string;
}

/** Sentences of a file that tell what to do, each with the error code that stands nearest before it. */
function adviceIn(file: string): Advice[] {
  const text = readFileSync(join(SIDECAR, file), 'utf8');
  const codes = [...text.matchAll(CODE)].flatMap(({ 1: found, index }) => {
    const code = ERROR_CODES.find((each) => each === found);
    return code ? [{ code, index }] : [];
  });
  return [...text.matchAll(SENTENCE)].flatMap((match) => {
    const sentence = match[1] ?? match[2] ?? match[3] ?? '';
    const isNext = /^[A-Z]/.test(sentence) && !/\bwhy:\s*$/.test(text.slice(0, match.index));
    const code = codes.findLast(({ index }) => index < match.index)?.code;
    return isNext && code && EDITOR_ONLY.test(sentence) ? [{ file, code, text: sentence }] : [];
  });
}

const files = readdirSync(SIDECAR, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !/^(cli|protocol)\b/.test(file) && file !== 'doctor.ts',
);
const advice = files.flatMap(adviceIn);

describe('what a terminal is told to do next', () => {
  it.each(ERROR_CODES)('%s never names what only the editor has', (code) => {
    for (const next of [
      'Change the host in the settings.',
      'Run Whetstone: Pull Model.',
      'Reload the list.',
      'Reload the window.',
      'Choose a folder in the setting "Data folder", or use the built-in model.',
      'Look at the panel.',
    ]) {
      const told = forTerminal({ code, what: 'What.', next });
      expect(told.next ?? '').not.toMatch(EDITOR_ONLY);
    }
    expect(forTerminal({ code, what: 'What.', next: 'Check the network.' }).next).toBe('Check the network.');
  });

  it('finds the texts that are written for the editor', () => {
    expect(advice.length).toBeGreaterThan(20);
  });

  it.each(advice)('$file: $code "$text" has words of the terminal', ({ code, text }) => {
    const { next } = forTerminal({ code, what: 'What.', next: text });
    expect(next).toBeDefined();
    expect(next).not.toMatch(EDITOR_ONLY);
  });

  it('has words of its own for each check of the doctor', () => {
    const source = readFileSync(join(SIDECAR, 'doctor.ts'), 'utf8');
    const names = [...source.matchAll(/const name = '([^']+)'/g)].map(([, name = '']) => name);
    expect(names).toContain('Model');
    for (const part of source.split('async function ').slice(1)) {
      const name = /const name = '([^']+)'/.exec(part)?.[1] ?? '';
      for (const [, text = ''] of part.matchAll(/next: (?:[^'\n]*\?\? )?'([^']+)'/g)) {
        const told = checkForTerminal(name, text);
        expect(told, text).toBeDefined();
        expect(told).not.toMatch(EDITOR_ONLY);
      }
    }
    expect(checkForTerminal('Learning', 'Training is due: run Whetstone: Train Model.')).toContain(
      'whetstone train',
    );
  });

  it('names the model, and the built-in one where that engine has none', () => {
    const missing = { code: 'model.missing', what: 'x', next: 'Pull it, or choose another model.' } as const;
    expect(forTerminal({ ...missing, details: { model: 'small:1b' } }).next).toContain(
      'whetstone models pull small:1b',
    );
    const none = { code: 'model.none', what: 'x', next: 'Run "Set Up Built-in Model".' } as const;
    expect(forTerminal({ ...none, details: { engine: 'embedded' } }).next).toBe(
      'Set it up: whetstone models setup-builtin',
    );
    expect(forTerminal({ ...none, details: { engine: 'ollama' } }).next).toContain(
      'whetstone models pull NAME',
    );
  });
});
