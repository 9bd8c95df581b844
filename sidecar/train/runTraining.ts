import type { VersionDetail } from '../learn/versionStates.ts';
import { activeVersion, versionStates } from '../learn/versionStates.ts';
import type { Memory } from '../memory/memory.ts';
import { baseOf, sameModel, trainedNames } from '../models/modelNames.ts';
import { createVersionPublisher } from '../models/versionPublisher.ts';
import { countOf } from '../protocol/countOf.ts';
import { AppError } from '../protocol/errors.ts';
import type { Params } from '../protocol/methods.ts';
import type { TrainResult } from '../protocol/trainingSchemas.ts';
import { adviceFor } from './advice.ts';
import { type Plan, planFromDecisions, planFromModelfile } from './planVersion.ts';
import { recordRun, type StepTeller } from './recordRun.ts';
import { NOT_YET_KNOWN, toRule, toVersion } from './toVersion.ts';
import { readDecidedPrompts, readExamples } from './trainingData.ts';
import { readOnDisk, trainingPaths, writeRunFiles } from './trainingFiles.ts';
import { trainingLog } from './trainingLog.ts';
import type { TrainDeps } from './trainService.ts';
import { ownedDigests } from './versionService.ts';

type TrainParams = Params<'train.start'>;

interface Training {
  readonly deps: TrainDeps;
  readonly run: string;
  readonly params: TrainParams;
  readonly signal: AbortSignal;
  readonly decisions: number;
  readonly step: StepTeller;
}

/** One training, from the first event to the last. The lock is the caller's. */
export async function runTraining(
  deps: TrainDeps,
  run: string,
  params: TrainParams,
  signal: AbortSignal,
): Promise<TrainResult> {
  const { memory, notify } = deps;
  const decisions = memory.index.liveDecisions().length;
  // A version of a hand-made Modelfile is no sample of decisions.
  const samples = params.fromModelfile ? {} : { samples: decisions };
  return recordRun({ memory, notify, signal }, { run, runKind: params.kind, ...samples }, (step) =>
    train({ deps, run, params, signal, decisions, step }),
  );
}

async function train(training: Training): Promise<TrainResult> {
  const { deps, run, params, step } = training;
  const previous = previousSystem(deps.memory);
  const plan = await makePlan(training);
  const built = params.noBuild ? undefined : await build(training, plan);
  const advice = await collectAdvice(training);
  const line = lineOf(training, plan, built?.detail.number);
  try {
    step('writing', 'Writing Modelfile and log');
    await write(training, plan, advice, line, built?.detail);
    if (built) {
      await deps.memory.append<'version'>({
        kind: 'version',
        version: built.version,
        event: 'published',
        detail: built.detail,
      });
    }
  } catch (error) {
    // A model that no event names would stay on the server for ever.
    await built?.remove();
    throw error;
  }
  const state = built && versionStates(deps.memory.index).find((each) => each.version === built.version);
  const trained = new Set(plan.rules.map((rule) => rule.id));
  return {
    run,
    status: 'succeeded',
    line,
    ...(state && { version: toVersion(state) }),
    modelfile: plan.modelfile,
    system: plan.content.system,
    previousSystem: previous,
    rules: plan.rules.map((rule) => toRule(rule, trained)),
    examples: plan.examples,
    decisions: training.decisions,
    advice,
    files: trainingPaths(deps.memory),
    handEdit: plan.handEdit,
  };
}

async function makePlan(training: Training): Promise<Plan> {
  const { deps, run, params, signal, decisions, step } = training;
  step('reading', `Reading ${countOf(decisions, 'decision')}`);
  const [examples, onDisk] = await Promise.all([readExamples(deps, signal), readOnDisk(deps.memory)]);
  step('finding', 'Finding rules');
  const rules = await deps.rules.all();
  step('checking', 'Checking them');
  if (params.fromModelfile) return planFromModelfile({ run, rules, examples, onDisk });
  const base = params.noBuild ? knownBase(deps) : await serverBase(deps, signal);
  return planFromDecisions({ run, base, rules, examples, onDisk, handEdit: params.handEdit });
}

/** The base model without asking a server: as set, else as last used. */
function knownBase({ memory, settings }: TrainDeps): string {
  const used = memory.index.requests({ limit: 1 })[0]?.model;
  const name = settings().model || activeVersion(memory.index)?.detail.base || used;
  if (name) return baseOf(name);
  throw noBase('No model is set, and none was used yet.');
}

async function serverBase(deps: TrainDeps, signal: AbortSignal): Promise<string> {
  const base = knownBase(deps);
  const models = await (await deps.engine(signal)).list(signal);
  const found = models.find((model) => sameModel(model.name, base));
  if (found) return found.name;
  throw noBase(`${base} is not on the model server.`);
}

interface Built {
  readonly version: string;
  readonly detail: VersionDetail;
  remove(): Promise<void>;
}

async function build(training: Training, plan: Plan): Promise<Built> {
  const { deps, run, params, signal, decisions, step } = training;
  const { system, messages, parameters, from } = plan.content;
  const engine = await deps.engine(signal);
  const base = baseOf(from);
  const models = await engine.list(signal);
  const baseModel = models.find((model) => sameModel(model.name, from));
  if (!baseModel) throw noBase(`${from} is not on the model server.`);
  const number = nextNumber(
    deps.memory,
    base,
    models.map((model) => model.name),
  );
  step('building', `Building v${number}`);
  const publisher = createVersionPublisher(engine);
  const owned = ownedDigests(deps.memory);
  const published = await publisher.publish(
    { base, from, version: number, ...(system !== '' && { system }), messages, parameters },
    owned,
    signal,
  );
  return {
    version: deps.ids(),
    detail: {
      number,
      name: published.name,
      activeName: trainedNames(base, number).active,
      base: baseModel.name,
      baseDigest: baseModel.digest,
      digest: published.digest,
      engine: engine.id,
      run,
      runKind: params.kind,
      system,
      rules: plan.rules.map(({ id, text, evidence }) => ({ id, text, evidence: [...evidence] })),
      examples: plan.examples,
      parameters: { ...parameters },
      decisions,
    },
    // The run may be cancelled already; its own signal would stop the cleaning up too.
    remove: () =>
      publisher.remove(
        published.name,
        new Set([...owned, published.digest]),
        AbortSignal.timeout(CLEAN_UP_MS),
      ),
  };
}

const CLEAN_UP_MS = 10_000;

/** One more than any version so far, and than any that an earlier data folder left on the server. */
function nextNumber(memory: Memory, base: string, names: readonly string[]): number {
  let number = Math.max(0, ...versionStates(memory.index).map((each) => each.detail.number)) + 1;
  while (names.some((name) => sameModel(name, trainedNames(base, number).immutable))) number += 1;
  return number;
}

function previousSystem(memory: Memory): string {
  const states = versionStates(memory.index).filter((each) => !each.deleted);
  return (states.find((each) => each.active) ?? states[0])?.detail.system ?? '';
}

async function collectAdvice({ deps, signal }: Training): Promise<string[]> {
  const [rules, prompts] = await Promise.all([deps.rules.all(), readDecidedPrompts(deps.memory, signal)]);
  return adviceFor({ stats: deps.statistics.get(), rules, prompts });
}

function lineOf({ params, decisions }: Training, plan: Plan, number: number | undefined): string {
  const parts = `${countOf(plan.rules.length, 'rule')}, ${countOf(plan.examples.length, 'example')}`;
  const source = params.fromModelfile ? 'the Modelfile' : countOf(decisions, 'decision');
  if (number === undefined) return `Written from ${source}: ${parts}. Nothing was built.`;
  return `Trained v${number} from ${source}: ${parts}. Better than before: ${NOT_YET_KNOWN}.`;
}

async function write(
  { deps, run, decisions }: Training,
  plan: Plan,
  advice: readonly string[],
  line: string,
  detail: VersionDetail | undefined,
): Promise<void> {
  const at = new Date(deps.clock()).toISOString();
  const log = trainingLog({
    run,
    at,
    title: line,
    stats: deps.statistics.get(),
    rules: await deps.rules.all(),
    built: new Set(plan.rules.map((rule) => rule.id)),
    system: plan.content.system,
    examples: plan.examples,
    remarks: plan.remarks,
    advice,
    verdict: NOT_YET_KNOWN,
  });
  await writeRunFiles(deps.memory, {
    run,
    modelfile: plan.modelfile,
    log,
    pinned: plan.pinned,
    facts: {
      kind: 'prompt',
      status: 'succeeded',
      finishedAt: at,
      decisions,
      rules: plan.rules.map(({ id, text, evidence }) => ({ id, text, evidence })),
      examples: plan.examples.map(({ decision }) => decision),
      ...(detail && {
        version: detail.number,
        name: detail.name,
        base: detail.base,
        baseDigest: detail.baseDigest,
      }),
    },
  });
}

const noBase = (why: string): AppError =>
  new AppError('training.noBase', 'There is no base model to train.', {
    why,
    next: 'Choose a model, then train again.',
  });
