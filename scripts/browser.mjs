// Runs the tests in build/tests/browser in a real Chromium: the one on PATH (or $STEPLADDER_TEST_CHROMIUM), else
// Debian's package, installed where that is allowed. Where there is none, it says so and ends with 77, for “skipped”.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const SKIPPED = 77;

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const works = (program) => spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 60_000 }).status === 0;

function found() {
  const named = process.env.STEPLADDER_TEST_CHROMIUM;
  return (named === undefined ? NAMES : [named]).find(works);
}

/** Only as root, and only where there is apt-get: nobody is asked for a password by a test. */
function install() {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) return;
  console.log('Installing Chromium (apt-get) …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env });
  apt('update');
  apt('install', '-y', '--no-install-recommends', 'chromium');
}

let chromium = found();
if (chromium === undefined) {
  install();
  chromium = found();
}
if (chromium === undefined) {
  console.error('skipped: there is no Chromium here, and none could be installed: nothing was tested in a browser');
  process.exit(SKIPPED);
}
const env = { ...process.env, STEPLADDER_TEST_CHROMIUM: chromium };
const command = ['scripts/test.mjs', '--browser', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, command, { stdio: 'inherit', env });
process.exit(status ?? 1);
