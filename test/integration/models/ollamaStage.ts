import { afterEach } from 'vitest';
import type { ChatRequest, Engine } from '../../../sidecar/models/engine.ts';
import { createOllamaEngine, type OllamaEngineDeps } from '../../../sidecar/models/ollama/ollamaEngine.ts';
import { collect } from '../../helpers/chatEvents.ts';
import { type FakeOllama, type FakeRoute, startFakeOllama } from '../../helpers/fakeOllama.ts';

export const REQUEST: ChatRequest = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
export const never = (): AbortSignal => new AbortController().signal;

let server: FakeOllama | undefined;
let engine: Engine | undefined;

afterEach(async () => {
  await engine?.dispose();
  await server?.stop();
  server = undefined;
  engine = undefined;
});

/** An engine on a scripted server; both end with the test. */
export async function start(
  routes: Record<string, FakeRoute>,
  deps: Partial<OllamaEngineDeps> = {},
): Promise<{ server: FakeOllama; engine: Engine }> {
  server = await startFakeOllama(routes);
  engine = createOllamaEngine({ host: server.host, log: () => undefined, ...deps });
  return { server, engine };
}

export const chatting = (route: FakeRoute) => start({ '/api/chat': route });
export const ask = (on: Engine, request: Partial<ChatRequest> = {}, signal = never()) =>
  collect(on.chat({ ...REQUEST, ...request }, signal));
