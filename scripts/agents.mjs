// The real agents against which the adapters are tested, pinned here and installed into build/agents (nowhere else:
// they are no dependencies, and are as large as 1.4 GB). `node scripts/agents.mjs` installs what is not there yet and
// prints what is; with `--test NAME…` it then runs the tests in build/tests/agents against them, off the network. What
// does not run on this machine is left out; where nothing does, a line `skipped: why` says so, and the exit code is 77.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PINNED = {
  '@anthropic-ai/claude-code': '2.1.330',
  '@openai/codex': '0.169.0',
  'opencode-ai': '1.18.33',
};
const PROGRAMS = ['claude', 'codex', 'opencode'];
/** For “cannot be tested here”, which is no failure of ours. */
const SKIPPED = 77;
/** A registry that cannot be reached is given up on. */
const INSTALL_LIMIT_MS = 15 * 60_000;

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const folder = 'build/agents';
const programs = join(folder, 'node_modules/.bin');
const manifest = join(folder, 'package.json');
const wanted = `${JSON.stringify({ private: true, dependencies: PINNED }, null, 2)}\n`;
const done = join(folder, '.installed');

function install() {
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return true;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(manifest, wanted);
  console.log(
    `Installing ${Object.entries(PINNED)
      .map((pin) => pin.join('@'))
      .join(', ')} into ${folder} …`,
  );
  const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  const options = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], timeout: INSTALL_LIMIT_MS };
  const { status } = spawnSync('npm', ['install', ...flags], options);
  if (status !== 0) return false;
  writeFileSync(done, wanted);
  return true;
}

function version(program) {
  const { status, stdout } = spawnSync(join(programs, program), ['--version'], { encoding: 'utf8', timeout: 180_000 });
  return status === 0 ? stdout.trim() : null;
}

/** A network of its own with nothing in it but loopback, where the system allows that; [] where it does not. */
function offTheNetwork() {
  const prefix = ['unshare', '--user', '--map-root-user', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
  return spawnSync(prefix[0], [...prefix.slice(1), 'true'], { stdio: 'ignore' }).status === 0 ? prefix : [];
}

function skip(why) {
  console.log(`skipped: ${why}: nothing was tested against the real agents`);
  process.exit(SKIPPED);
}

if (!install()) skip('they could not be installed from the npm registry');
const missing = PROGRAMS.filter((program) => {
  const found = version(program);
  console.log(`  ${program}: ${found ?? 'does not run here'}`);
  return found === null;
});
if (missing.length === PROGRAMS.length) skip('none of them runs on this machine');

const at = process.argv.indexOf('--test');
if (at !== -1) {
  const prefix = offTheNetwork();
  console.log(
    prefix.length > 0 ? '  in a network of their own: loopback only' : '  not kept off the network: no unshare',
  );
  const command = [...prefix, process.execPath, 'scripts/test.mjs', '--agents', ...process.argv.slice(at + 1)];
  const env = {
    ...process.env,
    STEPLADDER_TEST_AGENTS: join(process.cwd(), programs),
    STEPLADDER_TEST_WITHOUT: missing.join(' '),
  };
  const { status } = spawnSync(command[0], command.slice(1), { stdio: 'inherit', env });
  process.exit(status ?? 1);
}
