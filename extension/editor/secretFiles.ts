const NAMES = new Set([
  '.netrc',
  '_netrc',
  '.npmrc',
  '.pypirc',
  '.pgpass',
  '.git-credentials',
  '.htpasswd',
  '.dockercfg',
  'credentials',
  'credentials.json',
  'secrets.json',
  'secrets.yaml',
  'secrets.yml',
  'kubeconfig',
]);
const ENDINGS = ['.pem', '.key', '.p12', '.pfx', '.jks', '.keystore', '.kdbx', '.ppk', '.tfstate', '.tfvars'];
const FOLDERS = new Set(['.ssh', '.gnupg', '.aws', '.azure', '.kube']);
const TEMPLATES = ['.example', '.sample', '.template', '.dist'];

/** True for files that usually hold passwords or keys. They never go into a prompt, also not by request. */
export function isSecretFile(path: string): boolean {
  const parts = path.toLowerCase().split(/[\\/]/);
  const name = parts.at(-1) ?? '';
  if (parts.slice(0, -1).some((part) => FOLDERS.has(part))) return true;
  if (NAMES.has(name) || ENDINGS.some((ending) => name.endsWith(ending))) return true;
  if (/^id_(rsa|dsa|ecdsa|ed25519|ecdsa_sk|ed25519_sk)$/.test(name)) return true;
  if (name !== '.env' && name !== '.envrc' && !name.startsWith('.env.')) return name.endsWith('.env');
  return !TEMPLATES.some((ending) => name.endsWith(ending));
}
