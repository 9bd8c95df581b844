import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pipeName } from '../../../sidecar/memory/disk/exclusiveLock.ts';
import { resolveDataFolder } from '../../../sidecar/memory/disk/resolveDataFolder.ts';

describe('resolveDataFolder', () => {
  const home = '/home/ada';
  it('takes the flag, then the environment, then the home folder', () => {
    const env = { WHETSTONE_DATA: '/srv/data' };
    expect(resolveDataFolder({ explicit: '/mine', env, home })).toBe('/mine');
    expect(resolveDataFolder({ env, home })).toBe('/srv/data');
    expect(resolveDataFolder({ explicit: ' ', env: {}, home })).toBe('/home/ada/.whetstone');
  });
  it('expands the home folder and makes relative paths absolute', () => {
    expect(resolveDataFolder({ explicit: '~/w', env: {}, home })).toBe('/home/ada/w');
    expect(resolveDataFolder({ explicit: 'w', env: {}, home })).toBe(resolve('w'));
  });
});

describe('pipeName', () => {
  it('names one pipe a folder and lock, whatever the case of the folder', () => {
    expect(pipeName('C:\\Users\\Ada\\.whetstone', 'training')).toMatch(
      /^\\\\\.\\pipe\\whetstone-[0-9a-f]{16}-training$/,
    );
    expect(pipeName('C:\\A', 'x')).toBe(pipeName('c:\\a', 'x'));
    expect(pipeName('C:\\A', 'x')).not.toBe(pipeName('C:\\B', 'x'));
  });
});
