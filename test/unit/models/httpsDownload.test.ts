import { describe, expect, it } from 'vitest';
import { redirectTarget } from '../../../sidecar/models/embedded/httpsDownload.ts';
import { DEMO_MODEL } from '../../../sidecar/models/modelCatalog.ts';

const from = new URL('https://huggingface.co/a/b');
const source = DEMO_MODEL.sources.find((each) => each.kind === 'https');
const allowed = source?.kind === 'https' ? source.redirectTo : /never^/;

describe('a redirected download', () => {
  it.each([
    ['https://cdn-lfs.huggingface.co/x', 'cdn-lfs.huggingface.co'],
    ['https://cas-bridge.xethub.hf.co/x?y', 'cas-bridge.xethub.hf.co'],
    ['/api/x', 'huggingface.co'],
  ])('is followed to %s', (location, host) => {
    expect(redirectTarget(from, location, allowed).host).toBe(host);
  });

  it.each([
    'http://huggingface.co/x',
    'https://huggingface.co.example.org/x',
    'https://nothuggingface.co/x',
    'https://127.0.0.1/x',
    'file:///etc/passwd',
    'https://',
  ])('is not followed to %s', (location) => {
    expect(() => redirectTarget(from, location, allowed)).toThrow(
      expect.objectContaining({ code: 'engine.installFailed', details: { reason: 'refused' } }),
    );
  });
});
