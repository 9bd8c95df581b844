import { createHash } from 'node:crypto';
import type { MemoryType } from '../../protocol/memorySchemas.ts';

const ID_DIGITS = 20;

/** How a text is compared: case, accents as written, spaces and closing marks make no difference. */
export function normalMemoryText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\u200b\ufeff]+/g, ' ')
    .replace(/^[\s"'`*_-]+|[\s"'`*_.!?;,-]+$/g, '')
    .trim();
}

/** Id of a memory: the same for all that says the same, whoever writes it. */
export function memoryIdOf(type: MemoryType, text: string): string {
  const hash = createHash('sha256')
    .update(`${type}\n${normalMemoryText(text)}`)
    .digest('hex');
  return `${type}-${hash.slice(0, ID_DIGITS)}`;
}
