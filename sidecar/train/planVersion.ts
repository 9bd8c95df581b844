import { ruleLine } from '../generate/systemText.ts';
import type { LearnedRule } from '../learn/deriveRules.ts';
import type { Example } from '../learn/examples.ts';
import type { VersionDetail } from '../learn/versionStates.ts';
import { baseOf } from '../models/modelNames.ts';
import { AppError } from '../protocol/errors.ts';
import type { TrainResult } from '../protocol/trainingSchemas.ts';
import { distill } from './distill.ts';
import {
  diffLines,
  exchangesOf,
  findPinned,
  NOTHING_PINNED,
  type Pinned,
  readEdited,
  withPinned,
} from './handEdits.ts';
import { isHandEdited, type ModelfileContent, renderModelfile } from './modelfile.ts';
import type { OnDisk } from './trainingFiles.ts';

export interface PlanInput {
  readonly run: string;
  /** Base model of a training from decisions; a Modelfile names its own. */
  readonly base: string;
  readonly rules: readonly LearnedRule[];
  readonly examples: readonly Example[];
  readonly onDisk: OnDisk;
  readonly handEdit: 'keep' | 'stop' | 'discard';
}

/** Everything about a version except its place on a server. Text deployed, written and recorded is this text. */
export interface Plan {
  readonly content: ModelfileContent;
  readonly modelfile: string;
  readonly rules: readonly LearnedRule[];
  readonly examples: VersionDetail['examples'];
  readonly pinned: Pinned;
  readonly handEdit: TrainResult['handEdit'];
  readonly remarks: readonly string[];
}

/** Plans a version from decisions. Throws `training.handEdited`, `training.notEnough`. */
export function planFromDecisions(input: PlanInput): Plan {
  const { onDisk, run } = input;
  const edited = onDisk.modelfile !== undefined && isHandEdited(onDisk.modelfile);
  if (edited && input.handEdit === 'stop') throw handEdited(onDisk);
  const discard = input.handEdit === 'discard';
  const pinned =
    discard || onDisk.modelfile === undefined
      ? NOTHING_PINNED
      : findPinned(onDisk.modelfile, onDisk.baseline, onDisk.pinned);
  const distilled = distill(input.rules, input.examples);
  const content = withPinned(
    {
      from: input.base,
      system: distilled.system,
      messages: distilled.examples.flatMap(({ prompt, response }) => [
        { role: 'user' as const, content: prompt },
        { role: 'assistant' as const, content: response },
      ]),
      parameters: {},
    },
    pinned,
  );
  return {
    ...finish(content, run, input.rules, distilled.examples),
    pinned,
    handEdit: !edited ? 'none' : discard ? 'discarded' : 'kept',
    remarks: distilled.remarks,
  };
}

/** Plans a version that is exactly the Modelfile on disk. Throws `training.handEdited`, `rpc.invalid`. */
export function planFromModelfile({
  run,
  rules,
  examples,
  onDisk,
}: Omit<PlanInput, 'handEdit' | 'base'>): Plan {
  const { modelfile } = onDisk;
  if (modelfile === undefined) {
    throw new AppError('rpc.invalid', 'There is no Modelfile.trained yet.', {
      next: 'Train once; then it can be edited.',
    });
  }
  const { from, system, messages, parameters } = readEdited(modelfile);
  const content = { from, system, messages, parameters };
  return {
    ...finish(content, run, rules, examples),
    pinned: findPinned(modelfile, onDisk.baseline, onDisk.pinned),
    handEdit: isHandEdited(modelfile) ? 'kept' : 'none',
    remarks: [],
  };
}

function finish(
  content: ModelfileContent,
  run: string,
  rules: readonly LearnedRule[],
  examples: readonly Pick<Example, 'prompt' | 'response' | 'decision'>[],
): Pick<Plan, 'content' | 'modelfile' | 'rules' | 'examples'> {
  baseOf(content.from);
  if (content.system === '' && content.messages.length === 0) {
    throw new AppError('training.notEnough', 'There is nothing to build in yet: no rule and no example.', {
      next: 'Give reasons when you deny, or approve a few short answers.',
    });
  }
  const lines = new Set(content.system.split('\n'));
  return {
    content,
    modelfile: renderModelfile(content, run),
    rules: rules.filter((rule) => lines.has(ruleLine(rule.text))),
    examples: examplesOf(content, run, examples),
  };
}

/** The exchanges as recorded: each with its decision, or with the run where a person wrote it into the Modelfile. */
function examplesOf(
  content: ModelfileContent,
  run: string,
  known: readonly Pick<Example, 'prompt' | 'response' | 'decision'>[],
): VersionDetail['examples'] {
  return exchangesOf(content.messages).map((exchange) => {
    const [question, response] = exchange;
    if (exchange.length !== 2 || question?.role !== 'user' || response?.role !== 'assistant') {
      throw new AppError('training.handEdited', 'The MESSAGE lines of Modelfile.trained are not pairs.', {
        why: 'Each user message needs one assistant message after it.',
        next: 'Mend it by hand, or train with the edit discarded.',
      });
    }
    const from = known.find((each) => each.prompt === question.content && each.response === response.content);
    return { prompt: question.content, response: response.content, decision: from?.decision ?? run };
  });
}

function handEdited({ modelfile, baseline }: OnDisk): AppError {
  return new AppError('training.handEdited', 'Modelfile.trained was edited by hand.', {
    why: diffLines(baseline ?? '', modelfile ?? '').slice(0, 4_000),
    next: 'Train with the edit kept or discarded, or rebuild the model from the Modelfile.',
  });
}
