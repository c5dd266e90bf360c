/** What continuous integration is told: sums of all suites on the last line, and an exit status that agrees with it. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Children, cleanEnvironment, type Ran } from './rig/child.js';
import { inFolder } from './rig/folder.js';
import { CHECKOUT } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('.ci/run');

/** Those that the script runs: the ones that a test says nothing of find nothing to do. */
const SUITES = [...readFileSync(join(CHECKOUT, '.ci/run'), 'utf8').matchAll(/^suite make (\S+)$/gm)].map(
  ([, name = '']) => name,
);

interface Recipes {
  readonly test: string;
  readonly agents: string;
}

/** The script in a folder of its own, where the suites are what the recipes say: what it prints, and its exit code. */
async function printed(recipes: Recipes): Promise<[string[], number | null]> {
  let last: Ran | undefined;
  await inFolder(async (dir) => {
    mkdirSync(join(dir, '.ci'));
    copyFileSync(join(CHECKOUT, '.ci/run'), join(dir, '.ci/run'));
    const known: Readonly<Record<string, string>> = { test: recipes.test, 'test-agents': recipes.agents };
    const rules = SUITES.map((name) => `${name}:\n\t@${known[name] ?? 'echo "0 passed, 0 failed"'}\n`);
    writeFileSync(join(dir, 'Makefile'), rules.join(''));
    const children = new Children(cleanEnvironment(dir), dir);
    last = await children.start('bash', ['.ci/run'], {
      env: { MAKEFLAGS: 'n', CI: 'true' },
    }).done;
  });
  return [last?.stdout.trimEnd().split('\n') ?? [], last?.code ?? null];
}

/** How it ends, and its exit code. */
async function ran(recipes: Recipes): Promise<[string, number | null]> {
  const [lines, code] = await printed(recipes);
  const [before = '', end = ''] = lines.slice(-2);
  return [before.endsWith(' skipped') ? `${before}\n${end}` : end, code];
}

const GREEN = 'echo "7 passed, 0 failed"';

test('what passed is added up', async () => {
  assert.equal(await ran({ test: GREEN, agents: 'echo "3 passed, 0 failed"' }), ['10 passed, 0 failed', 0]);
});

test('what was left out is told in the line before', async () => {
  const agents = 'echo "  skipped: one"; echo "2 skipped"; echo "3 passed, 0 failed"';
  assert.equal(await ran({ test: GREEN, agents }), ['2 skipped\n10 passed, 0 failed', 0]);
});

test('a failure in either suite is the failure of all, and the other one runs nevertheless', async () => {
  const red = 'echo "5 passed, 2 failed"; exit 1';
  assert.equal(await ran({ test: red, agents: GREEN }), ['12 passed, 2 failed', 1]);
  assert.equal(await ran({ test: GREEN, agents: red }), ['12 passed, 2 failed', 1]);
});

test('a suite that cannot run here is skipped, and no failure', async () => {
  const agents = 'echo "skipped: no registry: nothing was tested"; exit 77';
  assert.equal(await ran({ test: GREEN, agents }), ['1 skipped\n7 passed, 0 failed', 0]);
});

test('a suite that did not come to its tests is one failure', async () => {
  assert.equal(await ran({ test: 'echo "error TS2322"; exit 2', agents: GREEN }), ['7 passed, 1 failed', 1]);
  assert.equal(await ran({ test: GREEN, agents: 'true' }), ['7 passed, 1 failed', 1]);
  assert.equal(await ran({ test: GREEN, agents: `${GREEN}; exit 1` }), ['14 passed, 1 failed', 1]);
});

test('what failed and what was left out is told once more at the end, after all that was printed', async () => {
  const red = 'echo "  failed: a.test.mjs: it holds"; echo later; echo "5 passed, 1 failed"; exit 1';
  const agents = 'echo "  skipped: no tmux"; echo "1 skipped"; echo "3 passed, 0 failed"; exit 2';
  const [lines] = await printed({ test: red, agents });
  assert.equal(lines.slice(-5), [
    '  failed: a.test.mjs: it holds',
    '  skipped: no tmux',
    '  failed: make test-agents: ended with 2 before any test had failed',
    '1 skipped',
    '8 passed, 2 failed',
  ]);
});
