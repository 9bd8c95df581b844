/** Variables that reach the sidecar. NODE_OPTIONS and everything else stays out: debuggers and shells set them. */
const ALLOWED = new Set([
  'PATH',
  'HOME',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'SYSTEMROOT',
  'COMSPEC',
  'TEMP',
  'TMP',
  'TMPDIR',
  'LANG',
  'LC_ALL',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  // Where npm fetches the built-in engine from is the user's choice, also where it is made in the environment.
  'NPM_CONFIG_REGISTRY',
  'NPM_CONFIG_USERCONFIG',
  'NPM_CONFIG_PROXY',
  'NPM_CONFIG_HTTPS_PROXY',
  'NPM_CONFIG_CAFILE',
  'NODE_EXTRA_CA_CERTS',
  // The same for pip, which fetches the demo model where its publisher can't be reached.
  'PIP_INDEX_URL',
  'OLLAMA_HOST',
  'OLLAMA_MODEL',
  'OLLAMA_MODELS',
  'HF_HOME',
  'XDG_CACHE_HOME',
  'XDG_RUNTIME_DIR',
]);

export interface SidecarEnvInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dataFolder: string;
  readonly parentPid: number;
}

/** The whole environment of the sidecar: an allow-list of the window's, and what the sidecar itself needs. */
export function sidecarEnv(input: SidecarEnvInput): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(input.env)) {
    // Windows spells `Path`, some shells spell proxies in lower case.
    if (value !== undefined && ALLOWED.has(name.toUpperCase())) result[name] = value;
  }
  return {
    ...result,
    // Without it, Electron's helper would open a second window instead of running the script.
    ELECTRON_RUN_AS_NODE: '1',
    ELECTRON_NO_ASAR: '1',
    WHETSTONE_DATA: input.dataFolder,
    WHETSTONE_PARENT_PID: String(input.parentPid),
  };
}
