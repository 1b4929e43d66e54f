/** Finds a Chromium on this machine; on Debian as root it installs one when there is none. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const CANDIDATES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The path of a Chromium, undefined when there is none. */
export function findBrowser() {
  return CANDIDATES.find((path) => path && existsSync(path));
}

/** As findBrowser, but installs Debian's package where it may; exits with a sentence where it may not. */
export function needBrowser() {
  const found = findBrowser();
  if (found) return found;
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (!debian) {
    console.error('No Chromium was found. Install one (Debian: apt-get install chromium) or name it in CHROMIUM.');
    process.exit(1);
  }
  console.log('No browser found: installing chromium');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: 'inherit', env });
  const installed = findBrowser();
  if (!installed) {
    console.error('chromium was installed but is not where it was expected');
    process.exit(1);
  }
  return installed;
}
