// A Chromium for playwright-core, and fonts, without which screenshots show boxes.
import { existsSync } from 'node:fs';
import { which } from './process.mjs';
import { ensurePackages, packagesInstalled } from './systemPackages.mjs';

const FONTS = ['fonts-dejavu-core', 'fonts-noto-core'];
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** The path of a Chromium or Chrome. */
export async function chromium(options) {
  const present = async () =>
    Boolean(installed()) && (process.env.CI !== 'true' || (await packagesInstalled(FONTS)));
  await ensurePackages('chromium', ['chromium', ...FONTS], present, options);
  return installed();
}

function installed() {
  const onPath = NAMES.map((name) => which(name)).find(Boolean);
  return onPath ?? (existsSync(MAC) ? MAC : undefined);
}
