import { expect, test } from 'vitest';
import { sidecarEnv } from '../../../extension/sidecar/sidecarEnv.ts';

const input = { dataFolder: '/data', parentPid: 42 };

test('only listed variables reach the sidecar', () => {
  const env = {
    PATH: '/bin',
    HOME: '/home/u',
    OLLAMA_HOST: '127.0.0.1:1',
    https_proxy: 'http://proxy',
    Path: 'C:\\bin',
    NODE_OPTIONS: '--require evil',
    VSCODE_INSPECTOR_OPTIONS: '{}',
    AWS_SECRET_ACCESS_KEY: 'secret',
    LD_PRELOAD: 'evil.so',
    TMP: undefined,
  };
  expect(sidecarEnv({ ...input, env })).toEqual({
    PATH: '/bin',
    HOME: '/home/u',
    OLLAMA_HOST: '127.0.0.1:1',
    https_proxy: 'http://proxy',
    Path: 'C:\\bin',
    ELECTRON_RUN_AS_NODE: '1',
    ELECTRON_NO_ASAR: '1',
    WHETSTONE_DATA: '/data',
    WHETSTONE_PARENT_PID: '42',
  });
});

test('a registry and certificates that are set in the environment hold for the built-in engine too', () => {
  const env = {
    npm_config_registry: 'https://mirror.example/',
    NODE_EXTRA_CA_CERTS: '/etc/company.pem',
    PIP_INDEX_URL: 'https://pip.example/simple',
    npm_config_script_shell: 'evil',
  };
  const made = sidecarEnv({ ...input, env });
  expect(made).toMatchObject({
    npm_config_registry: 'https://mirror.example/',
    NODE_EXTRA_CA_CERTS: '/etc/company.pem',
    PIP_INDEX_URL: 'https://pip.example/simple',
  });
  expect(made).not.toHaveProperty('npm_config_script_shell');
});

test('the window can not pass another data folder or parent by its environment', () => {
  const env = { WHETSTONE_DATA: '/else', WHETSTONE_PARENT_PID: '1', ELECTRON_RUN_AS_NODE: '' };
  const made = sidecarEnv({ ...input, env });
  expect(made['WHETSTONE_DATA']).toBe('/data');
  expect(made['WHETSTONE_PARENT_PID']).toBe('42');
  expect(made['ELECTRON_RUN_AS_NODE']).toBe('1');
});
