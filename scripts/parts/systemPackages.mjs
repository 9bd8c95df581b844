// Debian packages that other parts need. Installed only by CI as root; elsewhere the person is told what to install.
import { existsSync } from 'node:fs';
import { withLock } from './cache.mjs';
import { PartMissing } from './partMissing.mjs';
import { run, runOrThrow, which } from './process.mjs';

/** Makes sure that the Debian packages are there; `present()` says whether what they bring is there already. */
export async function ensurePackages(part, packages, present, { install, say }) {
  if (await present()) return;
  if (!(install && mayInstallSystemWide())) {
    throw new PartMissing(part, `${part} needs these packages: sudo apt-get install ${packages.join(' ')}`);
  }
  await withLock('apt', async () => {
    if (await present()) return;
    say(`installing ${packages.join(', ')} with apt-get`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = ['-o', 'DPkg::Lock::Timeout=600', '-y', '-q'];
    await runOrThrow('apt-get', [...apt, 'update'], { env });
    await runOrThrow('apt-get', [...apt, 'install', '--no-install-recommends', ...packages], { env });
  });
}

/** True when dpkg knows all the packages as installed. */
export async function packagesInstalled(packages) {
  if (!which('dpkg')) return false;
  const { code, output } = await run('dpkg', ['-s', ...packages]);
  const installed = output.split('\n').filter((line) => line === 'Status: install ok installed');
  return code === 0 && installed.length === packages.length;
}

function mayInstallSystemWide() {
  return (
    process.env.CI === 'true' &&
    process.getuid?.() === 0 &&
    existsSync('/etc/debian_version') &&
    Boolean(which('apt-get'))
  );
}
