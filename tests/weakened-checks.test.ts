/** An attempt that makes a check green by letting it check less is seen; one that extends or mends it is left alone. */
import { weakenedChecks } from '../src/inspect/weakened.js';
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('weakened checks');

type Files = Readonly<Record<string, string>>;

/** What is found, as `severity file:line symbol: what`. */
function found(commands: readonly string[], before: Files, changes: Readonly<Record<string, string | null>>): string[] {
  const now: Record<string, string | null> = { ...before, ...changes };
  const read = (files: Readonly<Record<string, string | null>>) => (path: string) => files[path] ?? null;
  return weakenedChecks(commands, {
    before: read(before),
    now: read(now),
    exists: (path) => now[path] != null,
  }).map(
    ({ severity, file, line, symbol, message }) =>
      `${severity} ${file}${line === null ? '' : `:${line}`} ${symbol}: ${message.replace(/^.*before the attempt: /, '')}`,
  );
}

const MAKEFILE = [
  'NODE = node',
  '.PHONY: check lint unit',
  'check: lint unit',
  '',
  'lint:',
  '\t@npx biome check .',
  'unit:',
  '\t$(NODE) --test tests/*.js',
  '\tsh scripts/smoke.sh',
  '',
].join('\n');
const SMOKE = '#!/bin/sh\nset -e\n# smoke\n./app --self-test\ngrep -q ready out.log\n';
const FILES = { Makefile: MAKEFILE, 'scripts/smoke.sh': SMOKE };

const edited = (from: string, to: string): { Makefile: string } => {
  assert.ok(MAKEFILE.includes(from), from);
  return { Makefile: MAKEFILE.replace(from, to) };
};

test('certain: a recipe, or one of what it makes first, that runs less or is not heard any more', () => {
  const cases: [string, string, string][] = [
    ['\t@npx biome check .', '\t@true', 'it no longer runs “npx biome check .”'],
    ['\t@npx biome check .', '\t@echo fine', 'it no longer runs “npx biome check .”'],
    ['\t@npx biome check .\n', '', 'it no longer runs “npx biome check .”'],
    ['\t@npx', '\t@-npx', 'nobody hears any more whether “npx biome check .” fails'],
    ['\t@npx', '\t-npx', 'nobody hears any more whether “npx biome check .” fails'],
    ['check .', 'check . || true', 'nobody hears any more whether “npx biome check .” fails'],
    ['check .', 'check . || echo never mind', 'nobody hears any more whether “npx biome check .” fails'],
    ['check .', 'check . ; true', 'nobody hears any more whether “npx biome check .” fails'],
    ['check .', 'check . | cat', 'nobody hears any more whether “npx biome check .” fails'],
    ['check .', 'check . &', 'nobody hears any more whether “npx biome check .” fails'],
    ['npx biome', 'exit 0; npx biome', 'it no longer runs “npx biome check .”'],
    ['check: lint unit', 'check: unit', 'it no longer runs “npx biome check .”'],
    ['check: lint unit', 'check:', 'it runs nothing any more that could fail'],
    ['NODE = node', 'NODE = true', 'it no longer runs “node --test tests/*.js”'],
    ['.PHONY', '.IGNORE:\n.PHONY', '.IGNORE lets its commands fail'],
    ['.PHONY', '.IGNORE: unit\n.PHONY', '.IGNORE lets its commands fail'],
    ['NODE =', 'MAKEFLAGS += -i\nNODE =', 'MAKEFLAGS says  -i'],
    ['NODE =', 'SHELL = /bin/true\nNODE =', 'its commands are run by /bin/true'],
    ['npx biome check .', 'npx biome --version', 'it runs “npx biome --version” in place of “npx biome check .”'],
  ];
  for (const [from, to, what] of cases) {
    const name = `${from} → ${to}`;
    const findings = found(['make check'], FILES, edited(from, to));
    assert.is(findings.length, 1, `${name}\n${findings.join('\n')}`);
    assert.match(findings[0] ?? '', /^error Makefile:\d+ check: /, name);
    assert.ok(findings[0]?.endsWith(what), `${name}: ${findings[0]}`);
  }
});

test('unclear: something else is run than before', () => {
  for (const [from, to] of [
    ['npx biome check .', 'npx eslint .'],
    ['--test tests/*.js', '--test tests/unit/*.js'],
    ['lint:\n', 'ifdef LINT\nlint:\n'],
  ] as const) {
    const findings = found(['make check'], FILES, edited(from, to));
    assert.is(findings.length, 1, `${from}\n${findings.join('\n')}`);
    assert.match(findings[0] ?? '', /^warning Makefile/);
  }
});

test('nothing: what only says more, runs more, or is written otherwise', () => {
  for (const [from, to] of [
    ['\t@npx', '\tnpx'],
    ['\t@npx', '\t@echo linting\n\t@npx'],
    ['check: lint unit', 'check: lint unit types\ntypes:\n\tnpx tsc'],
    ['check: lint unit', 'check: all-of-it\nall-of-it: unit lint'],
    ['\t$(NODE)', '\tnode'],
    ['NODE = node\n', 'NODE = node\n# a comment: with || true in it\n'],
    ['\t$(NODE) --test tests/*.js\n\tsh scripts/smoke.sh', '\t$(NODE) --test tests/*.js && sh scripts/smoke.sh'],
    ['unit:', 'build:\n\t-rm -f out || true\nunit:'],
  ] as const) {
    assert.equal(found(['make check'], FILES, edited(from, to)), [], `${from} → ${to}`);
  }
  assert.equal(found(['make unit'], FILES, edited('\t@npx biome check .', '\t@true')), [], 'another target');
});

test('other ways to have make do nothing', () => {
  assert.match(
    found(['make check'], FILES, { GNUmakefile: 'check: ;\n' })[0] ?? '',
    'error GNUmakefile:1 check: it runs nothing any more that could fail',
  );
  const own = { Makefile: 'check:\n\tnode test.js\n' };
  assert.match(
    found(['make check'], own, { check: 'x' })[0] ?? '',
    /^error Makefile:1 check: there is a file of that name/,
  );
  const phony = { Makefile: '.PHONY: check\ncheck:\n\tnode test.js\n', check: 'x' };
  assert.match(found(['make check'], phony, own)[0] ?? '', /^error Makefile:1 check: there is a file of that name/);
  const included = { Makefile: 'include rules.mk\n', 'rules.mk': 'check:\n\tnode test.js\n' };
  assert.match(found(['make'], included, { 'rules.mk': 'check:\n\t@:\n' })[0] ?? '', /^error Makefile/);
  const below = { Makefile: 'check:\n\t$(MAKE) -C lib test\n', 'lib/Makefile': 'test:\n\tpytest\n' };
  assert.match(
    found(['make -s check'], below, { 'lib/Makefile': 'test:\n\tpytest || :\n' })[0] ?? '',
    /^error lib\/Makefile:1 test/,
  );
});

const scripts = (value: Files): Files => ({ 'package.json': JSON.stringify({ name: 'x', scripts: value }, null, 2) });
const SCRIPTS = scripts({ pretest: 'npm run lint', test: 'node --test && sh smoke.sh', lint: 'biome check' });

test('scripts of package.json, and what they start', () => {
  const changed = (value: Files): string[] =>
    found(
      ['npm test'],
      { ...SCRIPTS, 'smoke.sh': SMOKE },
      scripts({ pretest: 'npm run lint', lint: 'biome check', ...value }),
    );
  assert.match(changed({ test: 'echo ok' })[0] ?? '', /^error package\.json:6 test: it no longer runs “node --test”/);
  assert.match(changed({ test: 'node --test || true' })[0] ?? '', /nobody hears/);
  assert.match(changed({ test: 'node --test' })[0] ?? '', /no longer runs “sh smoke\.sh”/);
  assert.match(changed({ test: 'node --test && sh smoke.sh', pretest: 'true' })[0] ?? '', /^error package\.json/);
  assert.match(
    changed({ test: 'node --test && sh smoke.sh', lint: 'exit 0' })[0] ?? '',
    /^error package\.json:\d+ lint/,
  );
  assert.match(changed({ test: 'vitest run && sh smoke.sh' })[0] ?? '', /^warning/);
  assert.equal(changed({ test: 'tsc && node --test && sh smoke.sh' }), []);
  assert.match(found(['npm t'], SCRIPTS, { '.npmrc': 'script-shell = /bin/true\n' })[0] ?? '', /^error \.npmrc test/);
});

test('script files that a check runs, however far down', () => {
  const smoke = (text: string): string[] => found(['make check'], FILES, { 'scripts/smoke.sh': text });
  assert.match(smoke('')[0] ?? '', 'error scripts/smoke.sh null: it is empty now');
  assert.match(smoke('#!/bin/sh\n# later\n')[0] ?? '', 'it is empty now');
  assert.match(smoke(SMOKE.replace('set -e', 'exit 0'))[0] ?? '', 'error scripts/smoke.sh null: it ends well before');
  assert.match(
    smoke(SMOKE.replace('./app', 'exit\n./app'))[0] ?? '',
    'error scripts/smoke.sh null: it ends well before',
  );
  assert.match(
    smoke(SMOKE.replace('out.log', 'out.log || true'))[0] ?? '',
    'error scripts/smoke.sh null: nobody hears',
  );
  assert.match(
    smoke(SMOKE.replace('set -e', "trap 'exit 0' EXIT"))[0] ?? '',
    'error scripts/smoke.sh null: it ends well whatever',
  );
  assert.match(smoke('#!/bin/sh\necho fine\n')[0] ?? '', 'error scripts/smoke.sh null: it runs nothing');
  assert.match(smoke(SMOKE.replace('ready', 'done'))[0] ?? '', /^warning/);
  assert.match(smoke(SMOKE.replace('set -e\n', ''))[0] ?? '', /^warning/);
  assert.equal(smoke(`${SMOKE}grep -q more out.log\nexit 0\n`), []);

  const js = 'import x from "./x.js";\nif (x() !== 1) process.exit(1);\n';
  const node = (text: string): string[] =>
    found(['node tests/all.js'], { 'tests/all.js': js }, { 'tests/all.js': text });
  assert.match(node(`process.exit(0);\n${js}`)[0] ?? '', 'error tests/all.js null: it ends well before');
  assert.match(node(js.replace('if', 'process.exit()\nif'))[0] ?? '', /^error/);
  assert.match(node(js.replace('1)', '2)'))[0] ?? '', /^warning/);
  assert.equal(node(`${js}if (x() > 3) process.exit(2);\n`), []);
  const py = { 't.py': 'import x\nassert x.f() == 1\n' };
  assert.match(found(['python3 t.py'], py, { 't.py': `import sys\nsys.exit(0)\n${py['t.py']}` })[0] ?? '', /^error/);
});

test('files that a check only reads are no scripts', () => {
  const read = { 'src/a.js': 'todo();\n' };
  assert.equal(found(['grep -q todo src/a.js', '! grep -rq x src', 'test -e src/a.js'], read, { 'src/a.js': '' }), []);
});

test('what nobody can make sense of is no reason to fail', () => {
  const odd =
    'x := $(shell cat y)\n$(foreach a,b,$(eval $(a): ; @echo))\n%.o: %.c\n\tcc\ndefine f\ncheck:\n\trm\nendef\n';
  assert.equal(found(['make check'], { Makefile: odd }, { Makefile: `${odd}\n\n` }), []);
  assert.equal(found(['npm test'], { 'package.json': '{' }, { 'package.json': '[]' }), []);
  assert.equal(found(['', '"', '$(', 'make -C', 'sh -c', 'npm', '|| &&'], {}, {}), []);
});

const LADDER = ['small/none', 'middle/none', 'large/none'];
const options = {
  tasks: { a: '# A' },
  files: { 'a.txt': 'right\n' },
  makefile: '.PHONY: check\ncheck:\n\tgrep -q right a.txt\n',
  config: { verify: 'auto', ladder: LADDER },
};
const weaken = "sed -i.bak 's/grep -q right a.txt/true/' Makefile && rm Makefile.bak";
const mend = "sed -i.bak 's/\\ttrue/\\tgrep -q right a.txt/' Makefile && rm Makefile.bak";

test('a recipe made to check nothing is found, told, and mended on the same rung', async () => {
  const script = [
    { nth: 1, write: { 'a.txt': 'wrong\n' }, run: weaken },
    { nth: 2, write: { 'a.txt': 'right\n', 'b.txt': 'b' }, run: mend },
  ];
  await withProject({ ...options, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    const [, second] = made.invocations();
    assert.match(second?.prompt ?? '', 'make check verifies less than before the attempt');
    assert.is(second?.rung, 'small/none');
    const kinds = made
      .journal()
      .flatMap((event) => (event.type === 'finding' ? [`${event.kind} ${event.symbol}`] : []));
    assert.equal(kinds, ['weakened-check check']);
    assert.equal(made.receipt('a')?.changed, ['b.txt']);
  });
});

test('a recipe that runs something else lands, with the warning in the receipt', async () => {
  const script = [
    { run: "sed -i.bak 's/grep -q right/grep right/' Makefile && rm Makefile.bak", verdict: { ok: true } },
  ];
  await withProject({ ...options, script }, async (made) => {
    assert.is((await made.make(['orchestrate'])).code, 0);
    const findings = made.receipt('a')?.findings.map(({ kind, severity, symbol }) => [kind, severity, symbol]);
    assert.equal(findings, [['weakened-check', 'warning', 'check']]);
  });
});

test('a person who changes what is checked, and accepts, is only reminded', async () => {
  await withProject(options, async (made) => {
    made.write('Makefile', (made.read('Makefile') ?? '').replace('grep -q right a.txt', 'true'));
    assert.is((await made.stepladder(['accept', 'a'])).code, 0);
    assert.equal(
      made.receipt('a')?.findings.map(({ kind, severity }) => [kind, severity]),
      [['weakened-check', 'warning']],
    );
  });
});

test('two rungs that end so ask a person, who may take the work as it is', async () => {
  const config = { ...options.config, repairs: 0 };
  await withProject({ ...options, config, script: [{ write: { 'a.txt': 'wrong\n' }, run: weaken }] }, async (made) => {
    assert.match((await made.make(['orchestrate'])).output, 'Error 3');
    assert.is(made.invocations().length, 2);
    assert.is((await made.stepladder(['take', 'a'])).code, 0);
    assert.is((await made.stepladder(['accept', 'a'])).code, 0);
    assert.equal(made.receipt('a')?.changed, ['Makefile', 'a.txt']);
    assert.match((await made.make(['orchestrate'])).stdout, 'nothing to do');
  });
});

test('a check that runs a compiled program, or a script with words that no file could be called, is looked at all the same', async () => {
  const program = '\x7fELF\x02\0\0name\0\n\0\x01/lib\0\n';
  const script = `#!/bin/sh\ncat <<'END' >/dev/null\n${'QUFB'.repeat(100)}\nEND\ngrep -q right a.txt\n`;
  const makefile = '.PHONY: check\ncheck:\n\tsh checks.sh\n\t./program || grep -q right a.txt\n';
  const files = { ...options.files, program, 'checks.sh': script };
  await withProject({ ...options, makefile, files, script: [{ write: { 'b.txt': 'b' } }] }, async (made) => {
    const { code, output } = await made.make(['orchestrate']);
    assert.is(code, 0, output);
    assert.equal(made.receipt('a')?.changed, ['b.txt']);
    assert.equal(made.receipt('a')?.findings, []);
  });
});
