import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readTar, readZipFile } from '../../../sidecar/models/embedded/archiveReaders.ts';
import { tarOf } from '../../helpers/tarOf.ts';

const texts = (archive: Buffer) =>
  [...readTar(archive)].map(({ path, content }) => [path, Buffer.from(content).toString()]);

describe('readTar', () => {
  it('reads files, also with long names', () => {
    const long = `package/${'deep/'.repeat(40)}file.js`;
    expect(
      texts(
        tarOf([
          { path: 'package/a.js', text: 'one' },
          { path: long, text: 'two' },
          { path: 'package/empty', text: '' },
        ]),
      ),
    ).toEqual([
      ['package/a.js', 'one'],
      [long, 'two'],
      ['package/empty', ''],
    ]);
  });

  it.each(['../a', 'package/../../a', '/etc/passwd', 'C:/a', 'package\\..\\a', 'package//a'])(
    'refuses %s',
    (path) => {
      expect(() => texts(tarOf([{ path, text: 'x' }]))).toThrow(/leads out/);
    },
  );

  it.each(['1', '2'])('refuses links (type %s)', (type) => {
    expect(() => texts(tarOf([{ path: 'package/a', text: '', type }]))).toThrow(/type/);
  });

  it('tells an archive that is cut off', () => {
    const whole = tarOf([{ path: 'package/a', text: 'x'.repeat(2_000) }]);
    expect(() => texts(whole.subarray(0, 1_500))).toThrow(/cut off/);
  });
});

describe('readZipFile', () => {
  const zip = (name: string, content: Buffer, packed: Buffer, method: number): Buffer => {
    const local = Buffer.alloc(30 + name.length);
    local.write('PK\x03\x04', 'latin1');
    local.writeUInt16LE(name.length, 26);
    local.write(name, 30);
    const entry = Buffer.alloc(46 + name.length);
    entry.write('PK\x01\x02', 'latin1');
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.write(name, 46);
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06', 'latin1');
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(local.length + packed.length, 16);
    return Buffer.concat([local, packed, entry, end]);
  };
  const content = Buffer.from('weights '.repeat(100));

  it('reads stored and packed files by the end of their path', () => {
    for (const [packed, method] of [
      [content, 0],
      [deflateRawSync(content), 8],
    ] as const) {
      const found = readZipFile(zip('pkg/a.gguf', content, packed, method), 'a.gguf');
      expect(Buffer.from(found ?? []).equals(content)).toBe(true);
    }
  });

  it('finds nothing where nothing is, and refuses what is not a zip', () => {
    expect(readZipFile(zip('pkg/b.txt', content, content, 0), 'a.gguf')).toBeUndefined();
    expect(() => readZipFile(Buffer.from('hello'), 'a')).toThrow(/zip/);
  });

  it('never unpacks more than the archive says', () => {
    const bomb = zip('a.gguf', Buffer.from('x'), deflateRawSync(Buffer.alloc(1_000_000)), 8);
    expect(() => readZipFile(bomb, 'a.gguf')).toThrow();
  });
});
