/** All tests: house rules, units, parity with the real docker CLI, the built page in a real browser. */
import { spawnSync } from 'node:child_process';
import { needBrowser } from './browser.mjs';

const CHROMIUM = needBrowser();

function run(title, command, args) {
  console.log(`\n== ${title}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, CHROMIUM } });
  if (status !== 0) {
    console.error(`\n${title}: failed`);
    process.exit(status ?? 1);
  }
}

run('format and lint', 'npx', ['biome', 'check', '--error-on-warnings', '.']);
run('types', 'npm', ['run', '--silent', 'types']);
run('unused code', 'npx', ['knip']);
run('build', 'npm', ['run', '--silent', 'build', '--', '--logLevel', 'warn']);
run('sizes', 'node', ['tools/sizes.mjs']);
if (spawnSync('docker', ['--version']).status !== 0) {
  console.log('\n== parity with the real docker CLI: SKIPPED, there is no docker command on this machine');
}
run('tests', 'npx', ['vitest', 'run']);
