// npm start [-- --mine] [--no-open] [--smoke] [--demo FOLDER]: from a bare checkout to a window with Whetstone in it.
//   --mine     the person's own profile and ~/.whetstone instead of the demo's in the cache folder
//   --no-open  code-server even where a desktop VS Code is, and no browser is opened
//   --smoke    like --no-open, and stops when the window's address answers
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cacheRoot } from './parts/cache.mjs';
import { createChildren } from './start/children.mjs';
import { findModel } from './start/findModel.mjs';
import { openWindow } from './start/openWindow.mjs';
import { onToolNode, root } from './test/install.mjs';

const args = process.argv.slice(2);
const say = (line) => console.log(line);

function build() {
  const result = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], {
    cwd: root,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`the build failed:\n${result.stdout}${result.stderr}`);
  say(`build      ${result.stdout.trim().split('\n').at(-1)}`);
}

/** The folder to try things in; files that the person changed there are kept. */
function sampleFolder(demo) {
  const sample = join(demo, 'sample');
  mkdirSync(demo, { recursive: true });
  cpSync(join(root, 'scripts', 'start', 'sample'), sample, { recursive: true, force: false });
  return sample;
}

function demoFolder() {
  const at = args.indexOf('--demo');
  return at < 0 ? join(cacheRoot(), 'demo') : resolve(args[at + 1]);
}

async function answers(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  say(`answers    ${response.status}`);
}

async function start(children) {
  const mine = args.includes('--mine');
  const smoke = args.includes('--smoke');
  say(`packages   ${join(root, 'node_modules')}`);
  build();
  const demo = demoFolder();
  const env = { ...process.env };
  if (!mine) env.WHETSTONE_DATA = join(demo, 'data');
  say(`data       ${mine ? 'your own (~/.whetstone)' : env.WHETSTONE_DATA}`);
  Object.assign(env, await findModel({ children, env, say }));
  const sample = sampleFolder(demo);
  const noOpen = smoke || args.includes('--no-open');
  const window = await openWindow({ children, env, say, demo, sample, mine, noOpen });
  if (smoke) return answers(window.url);
  say('ready      Ctrl+C stops');
  await new Promise((ended) => window.process.once('close', ended));
}

async function main() {
  const children = createChildren();
  let stopping = false;
  const stop = async (code) => {
    if (stopping) return;
    stopping = true;
    await children.stopAll();
    say('stopped');
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(0));
  try {
    await start(children);
    await stop(0);
  } catch (error) {
    if (stopping) return;
    console.error(error.message);
    await stop(1);
  }
}

await onToolNode(import.meta.url, main);
