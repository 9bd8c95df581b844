import { writeSync } from 'node:fs';
import { takeLock } from '../../../sidecar/memory/disk/exclusiveLock.ts';
import { createFsPort } from '../../../sidecar/memory/disk/fsPort.ts';

// Takes the lock, says whether it got it, and holds it until it is killed.
const [, , dataFolder = '', name = 'exclusive'] = process.argv;
const held = await takeLock({ fs: createFsPort(), uid: process.getuid?.() }, dataFolder, name);
writeSync(1, held ? 'held\n' : 'refused\n');
if (held) setInterval(() => undefined, 1_000);
