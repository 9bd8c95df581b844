const BLOCK = 512;

export interface TarEntry {
  readonly path: string;
  readonly text: string;
  /** Type flag; a plain file where absent. */
  readonly type?: string;
}

/** A tar archive as npm makes them; long paths get a header of their own. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, text, type = '0' }) => {
    const own = [header(path.slice(0, 100), text.length, type), padded(text)];
    if (path.length <= 100) return own;
    const record = paxRecord(path);
    return [header('PaxHeader', record.length, 'x'), padded(record), ...own];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function header(path: string, size: number, type: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0);
  block.write('0000644\0', 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write(type, 156);
  block.write('ustar\0', 257);
  return block;
}

function padded(text: string): Buffer {
  const content = Buffer.alloc(Math.ceil(text.length / BLOCK) * BLOCK);
  content.write(text);
  return content;
}

function paxRecord(path: string): string {
  const body = ` path=${path}\n`;
  const length = body.length + String(body.length + 3).length;
  return `${length}${body}`;
}
