import { readFileSync } from 'node:fs';

const ENTRY = 0x02014b50;
const END = 0x06054b50;
const HEADERS = 30 + 46; // of each file, beside its name twice

/** `{bytes, grammars}`: what a vsix weighs, and how much of it the grammars are. It is a zip without a comment. */
export function weighVsix(path) {
  const zip = readFileSync(path);
  const end = zip.lastIndexOf(Buffer.from(Uint32Array.of(END).buffer));
  if (end < 0) throw new Error(`${path} is no vsix.`);
  let at = zip.readUInt32LE(end + 16);
  let grammars = 0;
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error(`${path} is damaged.`);
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    if (name.startsWith('extension/dist/grammars/')) {
      grammars += zip.readUInt32LE(at + 20) + HEADERS + 2 * nameLength;
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return { bytes: zip.length, grammars };
}
