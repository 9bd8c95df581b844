// code-server from npm: VS Code's own workbench, extension host and webviews, in a browser. With its own Node 24.
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cachedFolder } from './cache.mjs';
import { PartMissing } from './partMissing.mjs';
import { runOrThrow, which } from './process.mjs';
import { ensurePackages, packagesInstalled } from './systemPackages.mjs';

const VERSION = '4.139.1';
const STAMP = 'whole.json';
const RUNTIME = 'runtime';
const PACKAGES = ['libkrb5-dev', 'g++', 'make', 'python3'];

/** `{node, entry}`: the Node that runs code-server and its entry file. Says its size before installing it. */
export async function codeServer(options) {
  const isWhole = async (folder) =>
    existsSync(join(folder, STAMP)) && existsSync(entryIn(folder)) && existsSync(nodeIn(folder));
  const folder = await cachedFolder(`code-server-${VERSION}`, isWhole, (target) => install(target, options));
  return { node: nodeIn(folder), entry: entryIn(folder) };
}

async function install(target, { install: mayInstall, say }) {
  if (!mayInstall)
    throw new PartMissing('codeServer', 'code-server is not in the cache: npm test installs it');
  const npm = which('npm');
  const present = () => hasBuildTools();
  await ensurePackages('codeServer', PACKAGES, present, { install: mayInstall, say });
  say(`installing code-server ${VERSION} into the cache (3 minutes, 740 MB)`);
  // Its install script refuses any Node but 24. That Node has a folder of its own: npm may be moving packages about
  // in the folder that it installs into while scripts run.
  const runtime = join(target, RUNTIME);
  mkdirSync(runtime);
  writeFileSync(join(runtime, 'package.json'), manifest({ node: '^24' }));
  await runOrThrow(npm, ['install', '--no-audit', '--no-fund'], { cwd: runtime });
  writeFileSync(join(target, 'package.json'), manifest({ 'code-server': VERSION }));
  const env = {
    ...process.env,
    ...localHeaders(),
    PATH: dirname(nodeIn(target)) + delimiter + process.env.PATH,
  };
  // An npm around this one tells its own Node by this, and the install script believes it.
  delete env.npm_config_user_agent;
  await runOrThrow(npm, ['install', '--no-audit', '--no-fund', '--foreground-scripts'], { cwd: target, env });
  writeFileSync(join(target, STAMP), JSON.stringify({ version: installedVersion(target) }));
}

// The native modules use Node-API, which is the same in every Node: the headers of any Node on PATH will do, and nothing
// has to come from nodejs.org. The first one there may be of a package, which has none.
function localHeaders() {
  const nodes = (process.env.PATH ?? '').split(delimiter).map((folder) => which('node', folder));
  const prefixes = nodes.filter(Boolean).map((node) => join(dirname(realpathSync(node)), '..'));
  const prefix = prefixes.find((each) => existsSync(join(each, 'include', 'node', 'node_api.h')));
  return prefix ? { npm_config_nodedir: prefix } : {};
}

function manifest(dependencies) {
  return JSON.stringify({ private: true, dependencies, allowScripts: { node: true, 'code-server': true } });
}

async function hasBuildTools() {
  const tools = ['g++', 'make', 'python3'].every((tool) => which(tool));
  const kerberos = existsSync('/usr/include/gssapi/gssapi.h') || (await packagesInstalled(['libkrb5-dev']));
  return tools && kerberos;
}

function nodeIn(folder) {
  return join(folder, RUNTIME, 'node_modules', '.bin', 'node');
}

function entryIn(folder) {
  return join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');
}

function installedVersion(folder) {
  return JSON.parse(readFileSync(join(folder, 'node_modules', 'code-server', 'package.json'), 'utf8'))
    .version;
}
