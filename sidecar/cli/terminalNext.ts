import type { ErrorCode, ErrorData } from '../protocol/errors.ts';

const SET_UP = 'whetstone models setup-builtin';
const OTHER_MODEL = 'name another one with --model; `whetstone models` shows what is there.';
const SMALLER = 'name a smaller model with --model.';
const AGAIN = 'Update Whetstone, then try again.';

/**
 * What to do next, as a person at a terminal can do it: by error code, in the place of a text that is written for the
 * editor. A text that holds in both is left as it is.
 */
const NEXT: Partial<Record<ErrorCode, string | ((details: Details) => string)>> = {
  'rpc.versionMismatch': AGAIN,
  'server.unreachable': `Start Ollama (ollama serve), name another server with --host, or set up the built-in model: ${SET_UP}`,
  'server.failed':
    'Check the address given with --host or OLLAMA_HOST; another program may be answering there.',
  'server.unauthorized':
    'Check the address given with --host or OLLAMA_HOST. A token is set in the editor and does not reach the terminal.',
  'server.remoteRefused': 'Use https, a tunnel to this machine, or --allow-remote-http.',
  'model.none': ({ engine }) =>
    engine === 'embedded'
      ? `Set it up: ${SET_UP}`
      : `Fetch one that \`whetstone models\` names: whetstone models pull NAME. Or set up the built-in model: ${SET_UP}`,
  'model.missing': ({ model }) =>
    `Fetch it: whetstone models pull ${typeof model === 'string' ? model : 'NAME'}. Or ${OTHER_MODEL}`,
  'model.loading': `Try again in a moment, or ${SMALLER}`,
  'model.outOfMemory': `Close other programs, or ${SMALLER}`,
  'model.nameInvalid': `Check the name, or ${OTHER_MODEL}`,
  'model.unsupported':
    'Name another model with --model, or another engine with --engine: see `whetstone models`.',
  'context.tooLong': 'Attach less, shorten the prompt, or name a model with a longer context with --model.',
  'engine.notInstalled': `Set it up: ${SET_UP}. Or start Ollama.`,
  'engine.installFailed': 'Install Node.js, open a new terminal, and try again; or install Ollama instead.',
  'engine.crashed': `Try again; it starts anew. If it stays, ${SMALLER}`,
  'memory.readOnly': 'Make the folder writable, or name another one with --data.',
  'memory.folderGone': 'Bring the folder back (is its disk connected?), then try again.',
  'memory.folderUnsafe': 'Name a folder of your own with --data or WHETSTONE_DATA.',
  'memory.newerVersion': AGAIN,
  'memory.failed': 'Try again.',
  'request.unknown': 'Check the id that `whetstone ask` printed, or use --last.',
  'decision.unknown': 'Check the id, or look at the newest request: whetstone decide --last',
  'decision.hashMismatch': 'Look at the answer again (whetstone decide ID), then decide.',
  'learned.unknown': 'See `whetstone memories` and `whetstone persona`.',
  'rule.unknown': 'See `whetstone rules`.',
  'run.unknown': 'See `whetstone runs`.',
  'version.unknown': 'See `whetstone versions`.',
  'training.noBase': `Name it: whetstone train --model NAME. \`whetstone models\` shows what is there.`,
  'training.handEdited':
    'Mend the file, or leave the edit out: --on-hand-edit discard. --on-hand-edit keep carries it over, --from-modelfile builds the file as it is.',
};
type Details = NonNullable<ErrorData['details']>;

/** Texts that speak of what only the editor has. The proxy settings of other programs are no settings of ours. */
const EDITOR =
  /(?<!proxy )\bsettings?\b|\bpanel\b|\bwindow\b|\blist\b|Whetstone:|"Set Up|VS Code|\breload\b|built-in model|host\b|\btoken\b|\bpull (one|it)\b|\bchoose\b|\bedit (kept|discarded)\b|context length|Rebuild the version/i;

export function speaksOfEditor(text: string): boolean {
  return EDITOR.test(text);
}

/** The error with a `next` that holds in a terminal; none where there is nothing to say. */
export function forTerminal(error: ErrorData): ErrorData {
  const { next, ...rest } = error;
  if (next === undefined || !speaksOfEditor(next)) return error;
  // A file name or the like that an error brings with it may hold any of the words, so no entry is no fault.
  const own = NEXT[error.code];
  if (own === undefined) return rest;
  return { ...rest, next: typeof own === 'string' ? own : own(error.details ?? {}) };
}

const CHECKS: Readonly<Record<string, string>> = {
  'Model server': `Start Ollama (ollama serve), name another server with --host, or set up the built-in model: ${SET_UP}`,
  Model: `Fetch it with \`whetstone models pull NAME\`, or ${OTHER_MODEL}`,
  Learning: 'Training is due: whetstone train',
};

/** The advice of a check of the doctor, as it holds in a terminal. */
export function checkForTerminal(name: string, next: string | undefined): string | undefined {
  return next === undefined || !speaksOfEditor(next) ? next : CHECKS[name];
}
