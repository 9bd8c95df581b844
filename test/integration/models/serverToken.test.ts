import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PROTOCOL_VERSION } from '../../../sidecar/protocol/methods.ts';
import { DEFAULT_SETTINGS } from '../../../sidecar/protocol/settingsSchemas.ts';
import { type FakeOllama, startFakeOllama } from '../../helpers/fakeOllama.ts';
import { type ForkedSidecar, forkSidecar } from '../../helpers/forkSidecar.ts';

const TOKEN = 'tok-3f9c1e';

let folder: string;
let sidecar: ForkedSidecar;
const servers: FakeOllama[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'whetstone-token-'));
  sidecar = await forkSidecar({ dataFolder: folder, initialize: false });
});
afterEach(async () => {
  await sidecar.kill();
  for (const server of servers.splice(0)) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A server that notes with what each request came. */
async function server(): Promise<FakeOllama & { readonly came: (string | undefined)[] }> {
  const came: (string | undefined)[] = [];
  const made = await startFakeOllama({
    '/api/version': (call) => {
      came.push(call.headers.authorization);
      call.json(200, { version: '0.17.4' });
    },
  });
  servers.push(made);
  return { ...made, came };
}

const greet = (host: string, token?: string) =>
  sidecar.client.call('initialize', {
    protocolVersion: PROTOCOL_VERSION,
    client: { name: 'test', version: '0.0.0' },
    settings: { ...DEFAULT_SETTINGS, host, engine: 'ollama' },
    trusted: true,
    ...(token !== undefined && { token }),
  });
const look = () => sidecar.client.call('health.get', {});

it('goes to the server that it came with, and to no other', async () => {
  const [first, second] = [await server(), await server()];
  await greet(first.host, TOKEN);
  await look();
  await sidecar.client.call('settings.set', { host: second.host });
  await look();
  expect(first.came).toEqual([`Bearer ${TOKEN}`]);
  expect(second.came).toEqual([undefined]);
});

it('follows what the window says later: another one, and none', async () => {
  const only = await server();
  await greet(only.host);
  await look();
  await greet(only.host, TOKEN);
  await look();
  await greet(only.host);
  await look();
  expect(only.came).toEqual([undefined, `Bearer ${TOKEN}`, undefined]);
});

it('is in no log, no file, no argument and no environment', async () => {
  const only = await server();
  const told: string[] = [];
  sidecar.client.on('log.event', (note) => told.push(JSON.stringify(note)));
  await greet(only.host, TOKEN);
  await look();
  await sidecar.client.call('settings.set', { host: 'http://127.0.0.1:9' });
  await look();
  expect(only.came).toEqual([`Bearer ${TOKEN}`]);
  const { pid } = sidecar.process;
  const seen = [
    JSON.stringify(await sidecar.client.call('settings.get', {})),
    JSON.stringify(await look()),
    ...['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8')),
    ...told,
    sidecar.errors(),
    sidecar.output(),
  ];
  expect(seen.filter((text) => text.includes(TOKEN))).toEqual([]);
  expect(told.length).toBeGreaterThan(0);
});
