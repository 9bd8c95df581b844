// node scripts/parts/main.mjs [--find] PART...   Installs (or, with --find, only looks for) real parts.
// Prints one JSON object: {"ollama": "/path", "codeServer": {"node": ..., "entry": ...}, "model": {"missing": "what to do"}}
import { allParts } from './allParts.mjs';
import { PartMissing } from './partMissing.mjs';

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const say = (line) => process.stderr.write(`${line}\n`);
const options = { install: !process.argv.includes('--find'), say };
const found = {};
for (const name of names.length > 0 ? names : Object.keys(allParts)) {
  try {
    found[name] = await allParts[name](options);
  } catch (error) {
    if (!(error instanceof PartMissing)) throw error;
    found[name] = { missing: error.message };
    process.exitCode = 3;
  }
}
process.stdout.write(`${JSON.stringify(found)}\n`);
