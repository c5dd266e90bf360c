// Runs every built test file in a process of its own, as many at once as there are cores, and ends with the line
// `N passed, N failed` (before it `N skipped`, where any were). `node scripts/test.mjs NAME…` runs only the files whose path holds a NAME;
// with `--agents`, `--browser` or `--faults` those in agents/, browser/ or faults/, which need the real agents
// (scripts/agents.mjs), a real browser (scripts/browser.mjs) or an hour, and otherwise all but those. Real agents
// mostly wait: for clocks, for one another, for tries that fail. So there are twice as many at once, and for longer.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';

const SETS = ['agents', 'browser', 'faults'];
const set = SETS.find((name) => process.argv.includes(`--${name}`));
const real = set === 'agents';
const wanted = process.argv.slice(2).filter((word) => word !== `--${set}`);
const files = globSync(
  set !== undefined
    ? [`build/tests/${set}/**/*.test.mjs`]
    : ['build/tests/**/*.test.mjs', '!build/tests/fixtures/**', ...SETS.map((name) => `!build/tests/${name}/**`)],
)
  .filter((file) => wanted.length === 0 || wanted.some((word) => file.includes(word)))
  .sort();
// Root may read and write everything: what is about not being allowed to (*.user.test.mjs) is run as nobody, where
// nobody may read this folder; else its tests are left out, and say so.
const NOBODY = 65534;
const scratch = mkdtempSync(join(tmpdir(), 'stepladder-results-'));
const FILE_LIMIT_MS = (set === 'faults' ? 80 : real ? 40 : 20) * 60_000;
const total = { passed: 0, failed: 0, skipped: 0 };
const slow = [];
/** Told once more at the end, for who reads nothing else: a line each. */
const failures = [];

/** Who runs it: the user that we are, or nobody in a folder of nobody's. */
function runnerOf(file) {
  if (process.getuid?.() !== 0 || !file.endsWith('.user.test.mjs')) return {};
  const as = { uid: NOBODY, gid: NOBODY };
  if (spawnSync(process.execPath, ['--check', file], { ...as, stdio: 'ignore' }).status !== 0) return {};
  const folder = mkdtempSync(join(tmpdir(), 'stepladder-nobody-'));
  chownSync(folder, NOBODY, NOBODY);
  return { as, folder };
}

function runFile(file, name) {
  return new Promise((resolve) => {
    const { as = {}, folder } = runnerOf(file);
    const results = join(folder ?? scratch, name);
    const env = { ...process.env, STEPLADDER_TEST_RESULTS: results, ...(folder && { TMPDIR: folder, HOME: folder }) };
    const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'], ...as });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), FILE_LIMIT_MS);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const lines = existsSync(results) ? readFileSync(results, 'utf8').trim().split('\n').filter(Boolean) : [];
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      resolve({ code, signal, output, tests: lines.map((line) => JSON.parse(line)) });
    });
  });
}

async function worker() {
  for (let file = files.shift(); file !== undefined; file = files.shift()) {
    const started = Date.now();
    const { code, signal, output, tests } = await runFile(file, `${file.replaceAll('/', '_')}.jsonl`);
    const failed = tests.filter((test) => !test.ok).length;
    const skipped = tests.filter((test) => test.skipped).length;
    total.passed += tests.length - failed - skipped;
    total.skipped += skipped;
    // A file that died, or that ran no test at all, is a failure of its own.
    const died = failed === 0 && (code !== 0 || tests.length === 0);
    total.failed += failed + (died ? 1 : 0);
    for (const { suite, test, why, ok } of tests) {
      if (!ok) failures.push(`${file}: ${suite}: ${test}: ${String(why).split('\n')[0].slice(0, 200)}`);
    }
    if (died) failures.push(`${file}: ended with ${code ?? signal} after ${tests.length} tests`);
    slow.push(...tests.map((test) => ({ ...test, file })));
    const bad = failed > 0 || died;
    console.log(
      `${bad ? '✗' : '✓'} ${file.replace('build/tests/', '')}: ${tests.length} tests, ${((Date.now() - started) / 1000).toFixed(1)} s`,
    );
    if (bad) console.log(`${output}\n(exit ${code ?? signal}${died ? ', no test said it failed' : ''})`);
    else for (const line of output.split('\n')) if (/^(skipped|counted):/.test(line)) console.log(`  ${line}`);
  }
}

const atOnce = Math.max(2, availableParallelism()) * (real ? 2 : 1);
await Promise.all(Array.from({ length: atOnce }, worker));
rmSync(scratch, { recursive: true, force: true });
for (const test of slow.sort((a, b) => b.ms - a.ms).slice(0, 5)) {
  console.log(`  slow: ${(test.ms / 1000).toFixed(1)} s ${test.suite}: ${test.test}`);
}
if (set === undefined && wanted.length === 0) {
  console.log('  left out, as they need more than this: make test-agents, make test-browser');
}
for (const failure of failures) console.log(`  failed: ${failure}`);
if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
