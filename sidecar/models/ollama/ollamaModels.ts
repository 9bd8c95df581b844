import type { CreateRequest, EngineModel, ModelDetails, PullProgress } from '../engine.ts';
import { sameModel, splitModelName } from '../modelNames.ts';
import type { OllamaCalls } from './ollamaCalls.ts';
import { modelMissing } from './ollamaErrors.ts';
import { embedAnswer, listAnswer, progressAnswer, showAnswer } from './ollamaSchemas.ts';

/** Everything about models but chatting with them. Errors as they come from the calls. */
export interface OllamaModels {
  list(signal: AbortSignal): Promise<EngineModel[]>;
  show(model: string, signal: AbortSignal): Promise<ModelDetails>;
  embed(model: string, inputs: readonly string[], signal: AbortSignal): Promise<number[][]>;
  pull(model: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>;
  create(request: CreateRequest, signal: AbortSignal): Promise<EngineModel>;
  copy(from: string, to: string, signal: AbortSignal): Promise<void>;
  remove(model: string, signal: AbortSignal): Promise<void>;
}

export function createOllamaModels(calls: OllamaCalls): OllamaModels {
  const metadata = (signal: AbortSignal, model?: string) =>
    calls.client({ signal, model, answer: 'whole', patience: 'metadata' });

  const list = async (signal: AbortSignal): Promise<EngineModel[]> => {
    const { models } = calls.read(listAnswer, await metadata(signal).list());
    return (models ?? []).map(({ name, digest, size, details }) => ({
      name,
      digest: digest.replace(/^sha256:/, ''),
      size,
      ...(details?.family && { family: details.family }),
      ...(details?.parameter_size && { parameters: details.parameter_size }),
      ...(details?.quantization_level && { quantization: details.quantization_level }),
    }));
  };
  const find = async (name: string, signal: AbortSignal): Promise<EngineModel> => {
    const found = (await list(signal)).find((model) => sameModel(model.name, name));
    if (!found) throw modelMissing({ address: calls.address, model: name });
    return found;
  };

  return {
    list,
    show: async (model, signal) => {
      const answer = calls.read(showAnswer, await metadata(signal, model).show({ model }));
      return { ...(await find(model, signal)), ...detailsOf(answer) };
    },
    embed: async (model, inputs, signal) => {
      if (inputs.length === 0) return [];
      const client = calls.client({ signal, model, answer: 'whole', patience: 'model' });
      const answer = await client.embed({ model, input: [...inputs], truncate: false });
      return calls.read(embedAnswer, answer).embeddings;
    },
    pull: async (model, onProgress, signal) => {
      const client = calls.client({ signal, model, answer: 'lines', patience: 'work', pulling: true });
      const report = createProgress(onProgress);
      for await (const line of await client.pull({ model, stream: true })) {
        report(calls.read(progressAnswer, line));
      }
    },
    create: async ({ name, from, system, messages, parameters }, signal) => {
      splitModelName(from);
      const client = calls.client({ signal, model: from, answer: 'lines', patience: 'work' });
      const steps = await client.create({
        model: name,
        from,
        stream: true,
        ...(system !== undefined && { system }),
        ...(messages && { messages: messages.map((message) => ({ ...message })) }),
        ...(parameters && { parameters: { ...parameters } }),
      });
      for await (const _step of steps);
      return find(name, signal);
    },
    copy: async (from, to, signal) => {
      splitModelName(from);
      const client = calls.client({ signal, model: from, answer: 'none', patience: 'metadata' });
      await client.copy({ source: from, destination: to });
    },
    remove: async (model, signal) => {
      await calls.client({ signal, model, answer: 'none', patience: 'metadata' }).delete({ model });
    },
  };
}

function detailsOf(answer: ReturnType<typeof showAnswer.parse>): Omit<ModelDetails, keyof EngineModel> {
  const info = answer.model_info ?? {};
  const key = Object.keys(info).find((name) => name.endsWith('.context_length'));
  const context = key === undefined ? undefined : info[key];
  return {
    capabilities: answer.capabilities ?? [],
    ...(typeof context === 'number' && { contextLength: context }),
    ...(answer.system && { system: answer.system }),
    ...(answer.template && { template: answer.template }),
    ...(answer.modelfile && { modelfile: answer.modelfile }),
    ...(answer.messages && { messages: answer.messages }),
  };
}

/** Adds up the layers of a model, which the server reports one by one. */
function createProgress(
  onProgress: (progress: PullProgress) => void,
): (line: ReturnType<typeof progressAnswer.parse>) => void {
  const layers = new Map<string, { total: number; completed: number }>();
  return ({ status, digest, total, completed }) => {
    if (digest === undefined || total === undefined) {
      onProgress({ status: status === 'success' ? 'done' : status });
      return;
    }
    layers.set(digest, { total, completed: completed ?? 0 });
    const all = [...layers.values()];
    onProgress({
      status: 'downloading',
      completedBytes: all.reduce((sum, layer) => sum + layer.completed, 0),
      totalBytes: all.reduce((sum, layer) => sum + layer.total, 0),
    });
  };
}
