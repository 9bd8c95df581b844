import { describe, expect, it } from 'vitest';
import { parseOllamaHost } from '../../../sidecar/models/ollama/ollamaHost.ts';

describe('an address on this machine', () => {
  it.each([
    ['', 'http://127.0.0.1:11434'],
    ['localhost', 'http://localhost:11434'],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
    [':5000', 'http://127.0.0.1:5000'],
    ['0.0.0.0', 'http://127.0.0.1:11434'],
    ['http://localhost/', 'http://localhost:80'],
    ['localhost:80', 'http://localhost:80'],
    ['http://127.0.0.1:11434/', 'http://127.0.0.1:11434'],
    ['http://[::1]:11434', 'http://[::1]:11434'],
    ['http://127.1:1', 'http://127.0.0.1:1'],
    ['http://localhost:8080/ollama/', 'http://localhost:8080/ollama'],
  ])('%j', (text, url) => {
    expect(parseOllamaHost(text)).toMatchObject({ url, loopback: true });
  });
});

describe('plain http to another machine', () => {
  const tricks = [
    'http://192.168.1.5:11434',
    'http://localhost.example.org',
    'http://127.0.0.1.example.org',
    'http://example.org/127.0.0.1',
    'http://[::ffff:10.0.0.1]:11434',
    'example.org',
    'http://2130706434000.example.org',
    'http://loca\u{200b}lhost.org',
  ];
  it.each(tricks)('%s is refused', (text) => {
    expect(() => parseOllamaHost(text)).toThrow(expect.objectContaining({ code: 'server.remoteRefused' }));
  });

  it('is used where it was allowed, and https always', () => {
    expect(parseOllamaHost('http://10.0.0.1:1', true)).toMatchObject({
      url: 'http://10.0.0.1:1',
      loopback: false,
    });
    expect(parseOllamaHost('https://models.example.org')).toMatchObject({
      url: 'https://models.example.org:443',
      address: 'models.example.org:443',
    });
  });
});

it.each([
  'ftp://localhost',
  'http://',
  'http://local host',
  'javascript:alert(1)',
  'http://localhost?x=1',
  'http://127.0.0.1@example.org',
  'http://me:secret@localhost',
])('%s is not an address', (text) => {
  const read = (): unknown => parseOllamaHost(text, true);
  expect(read).toThrow(expect.objectContaining({ code: 'server.unreachable' }));
  expect(read).not.toThrow(/secret/);
});
