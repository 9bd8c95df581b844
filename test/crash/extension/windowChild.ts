import { rmSync, writeSync } from 'node:fs';
import { forkSidecar } from '../../helpers/forkSidecar.ts';

// A window that dies with calls on their way, leaving its sidecar with no one to answer.
const [, , dataFolder = ''] = process.argv;
const sidecar = await forkSidecar({ dataFolder });
writeSync(1, `${sidecar.process.pid}\n`);
const calls = Array.from({ length: 300 }, () => sidecar.client.call('decision.list', {}));
await calls[0];
// With its folder gone the sidecar has something to complain about, and nobody reads it.
rmSync(dataFolder, { recursive: true });
process.kill(process.pid, 'SIGKILL');
