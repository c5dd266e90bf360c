// Runs every built test file in a process of its own, as many at once as there are cores, and ends with the line
// `N passed, N failed` (and `, N skipped`). `node scripts/test.mjs NAME…` runs only the files whose path holds a NAME;
// with `--agents` those in agents/, which need the real agents (scripts/agents.mjs), and otherwise all but those.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';

const wanted = process.argv.slice(2).filter((word) => word !== '--agents');
const agents = 'build/tests/agents/**';
const files = globSync(
  process.argv.includes('--agents')
    ? [`${agents}/*.test.mjs`]
    : ['build/tests/**/*.test.mjs', '!build/tests/fixtures/**', `!${agents}`],
)
  .filter((file) => wanted.length === 0 || wanted.some((word) => file.includes(word)))
  .sort();
const scratch = mkdtempSync(join(tmpdir(), 'stepladder-results-'));
const FILE_LIMIT_MS = 8 * 60_000;
const total = { passed: 0, failed: 0, skipped: 0 };
const slow = [];

function runFile(file, results) {
  return new Promise((resolve) => {
    const env = { ...process.env, STEPLADDER_TEST_RESULTS: results };
    const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), FILE_LIMIT_MS);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, output });
    });
  });
}

async function worker() {
  for (let file = files.shift(); file !== undefined; file = files.shift()) {
    const results = join(scratch, `${file.replaceAll('/', '_')}.jsonl`);
    const started = Date.now();
    const { code, signal, output } = await runFile(file, results);
    const lines = existsSync(results) ? readFileSync(results, 'utf8').trim().split('\n').filter(Boolean) : [];
    const tests = lines.map((line) => JSON.parse(line));
    const failed = tests.filter((test) => !test.ok).length;
    const skipped = tests.filter((test) => test.skipped).length;
    total.passed += tests.length - failed - skipped;
    total.skipped += skipped;
    // A file that died, or that ran no test at all, is a failure of its own.
    const died = failed === 0 && (code !== 0 || tests.length === 0);
    total.failed += failed + (died ? 1 : 0);
    slow.push(...tests.map((test) => ({ ...test, file })));
    const bad = failed > 0 || died;
    console.log(
      `${bad ? '✗' : '✓'} ${file.replace('build/tests/', '')}: ${tests.length} tests, ${((Date.now() - started) / 1000).toFixed(1)} s`,
    );
    if (bad) console.log(`${output}\n(exit ${code ?? signal}${died ? ', no test said it failed' : ''})`);
    else for (const line of output.split('\n')) if (line.startsWith('skipped:')) console.log(`  ${line}`);
  }
}

await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
rmSync(scratch, { recursive: true, force: true });
for (const test of slow.sort((a, b) => b.ms - a.ms).slice(0, 5)) {
  console.log(`  slow: ${(test.ms / 1000).toFixed(1)} s ${test.suite}: ${test.test}`);
}
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
