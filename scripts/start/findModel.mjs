// A model to ask: an Ollama that answers, an `ollama` on PATH, else the embedded engine with a small demo model.
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { which } from '../parts/process.mjs';
import { root } from '../test/install.mjs';

const DEFAULT_HOST = '127.0.0.1:11434';
const START_MS = 60_000;

/** Resolves to the environment that VS Code needs to find the model. */
export async function findModel({ children, env, say }) {
  const address = addressOf(env.OLLAMA_HOST || DEFAULT_HOST);
  if (await models(address)) return sayModels(address, say);
  const binary = which('ollama');
  if (binary && isLocal(address)) {
    say(`model      starting ${binary} at ${address}`);
    const server = children.start(binary, ['serve'], {
      env: { ...env, OLLAMA_HOST: address.replace('http://', '') },
    });
    await answers(address, server);
    return sayModels(address, say);
  }
  say(`model      no Ollama at ${address}: setting up the built-in engine with a small demo model`);
  await setUpBuiltIn({ children, env, say });
  say(
    'model      this demo model shows the way, its answers are poor. Better: qwen2.5-coder:7b or llama3.1:8b in Ollama (https://ollama.com)',
  );
  return {};
}

/** Names of the models at an address, or undefined when nothing answers there. */
async function models(address) {
  try {
    const response = await fetch(`${address}/api/tags`, { signal: AbortSignal.timeout(3_000) });
    const body = await response.json();
    return body.models.map((model) => model.name);
  } catch {
    return undefined;
  }
}

async function sayModels(address, say) {
  const names = (await models(address)) ?? [];
  const shown =
    names.length > 0 ? names.slice(0, 3).join(', ') : 'no model yet; the panel offers three to pull';
  say(`model      Ollama at ${address}: ${shown}`);
  return { OLLAMA_HOST: address };
}

async function answers(address, server) {
  for (const end = Date.now() + START_MS; Date.now() < end; await wait(200)) {
    if (server.exitCode !== null) throw new Error(`ollama serve ended with ${server.exitCode}`);
    if (await models(address)) return;
  }
  throw new Error(`ollama serve does not answer at ${address}`);
}

// The product's own installer: what a person gets from "Set Up Built-in Model" is what runs here.
async function setUpBuiltIn({ children, env, say }) {
  const lines = [];
  const args = [join(root, 'dist', 'cli.cjs'), 'models', 'setup-builtin', '--yes', '--json'];
  const child = children.start(process.execPath, args, {
    env,
    onLine: (line) => {
      lines.push(line);
      if (!line.startsWith('{')) say(`model      ${line}`);
    },
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the built-in engine could not be set up:\n${lines.slice(-10).join('\n')}`);
}

function addressOf(host) {
  const url = /^https?:\/\//.test(host) ? host : `http://${host}`;
  return url.replace('0.0.0.0', '127.0.0.1').replace(/\/+$/, '');
}

function isLocal(address) {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname);
}
