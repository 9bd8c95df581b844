import { describe, expect, it } from 'vitest';
import { planEngine, readEngineManifest } from '../../../sidecar/models/embedded/engineManifest.ts';
import { archiveName, npmFailed } from '../../../sidecar/models/embedded/npmClient.ts';

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64', 'win32-x64', 'win32-arm64'];

describe('the manifest', () => {
  const manifest = readEngineManifest();

  it('has every platform, one native package each, and no address', () => {
    expect(Object.keys(manifest.platforms).sort()).toEqual([...PLATFORMS].sort());
    expect(JSON.stringify(manifest)).not.toMatch(/https?:|registry/);
    for (const own of Object.values(manifest.platforms)) {
      expect(own).toHaveLength(1);
      expect(own[0]?.version).toBe(manifest.version);
      expect(own[0]?.name).not.toMatch(/cuda|vulkan/);
    }
  });

  it.each(PLATFORMS)('plans %s with all its bytes', (name) => {
    const [platform = '', arch = ''] = name.split('-');
    const plan = planEngine(manifest, platform, arch);
    expect(plan.packages.length).toBe(manifest.common.length + 1);
    expect(plan.bytes).toBe(plan.packages.reduce((sum, one) => sum + one.bytes, 0));
    expect(plan.bytes).toBeGreaterThan(30_000_000);
    expect(new Set(plan.packages.map(({ path }) => path)).size).toBe(plan.packages.length);
    expect(plan.packages.some(({ path }) => manifest.main.startsWith(`${path}/`))).toBe(true);
  });

  it('refuses other platforms with what to do', () => {
    expect(() => planEngine(manifest, 'freebsd', 'x64')).toThrow(
      expect.objectContaining({ code: 'engine.unsupported', next: expect.stringContaining('Ollama') }),
    );
  });
});

it.each([
  ['npm error code ENOTFOUND\nnpm error network request failed', 'engine.installFailed', 'network'],
  ['npm warn Unknown EWHATEVER\nnpm error code ETIMEDOUT', 'engine.installFailed', 'network'],
  ['npm error code ENOSPC', 'engine.installFailed', 'disk'],
  ['npm error code E404', 'engine.installFailed', 'notFound'],
  ['npm error code ETARGET', 'engine.installFailed', 'notFound'],
  ['something else', 'engine.installFailed', 'npm'],
  ['npm error code EINTEGRITY', 'engine.checksum', undefined],
])('%j', (stderr, code, reason) => {
  const error = npmFailed(stderr);
  expect(error.code).toBe(code);
  expect(error.details?.['reason']).toBe(reason);
  expect(error.next).toBeTruthy();
});

it('archives are named as npm names them', () => {
  expect(archiveName({ name: '@scope/pack', version: '1.0.0' })).toBe('scope-pack-1.0.0.tgz');
  expect(archiveName({ name: 'pack', version: '1.0.0' })).toBe('pack-1.0.0.tgz');
});
