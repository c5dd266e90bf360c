/** The house keeps its shape: imports point downwards, files stay small, nothing is named after nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { CHECKOUT } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('architecture');

/** From the bottom up; what stands in one line may know its neighbours and what stands above this line here. */
const LAYERS = [
  ['diagnostic.ts', 'njk.d.ts'],
  ['failure.ts'],
  ['config.ts', 'config'],
  ['backlog'],
  ['record'],
  ['makefile'],
  ['report'],
  ['workspace'],
  ['inspect'],
  ['agents'],
  ['step'],
  ['orchestrate.ts', 'orchestrate', 'watch.ts', 'watch'],
  ['commands'],
  ['main.ts', 'quickly.ts'],
  ['cli.ts'],
];

const SRC = join(CHECKOUT, 'src');
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(ts|njk|css)$/.test(file))
  .map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }));

const layerOf = (file: string): number => LAYERS.findIndex((names) => names.includes(file.split('/')[0] ?? ''));

function* imports(text: string): Generator<string> {
  for (const found of text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g))
    if (found[1] !== undefined) yield found[1];
}

test('every file of src has its place among the layers', () => {
  assert.equal(
    sources.filter(({ file }) => layerOf(file) === -1).map(({ file }) => file),
    [],
  );
});

test('imports point downwards only', () => {
  const upwards: string[] = [];
  for (const { file, text } of sources) {
    for (const specifier of imports(text)) {
      const target = relative(SRC, join(SRC, dirname(file), specifier)).replace(/\.js$/, '.ts');
      if (target.startsWith('..')) continue;
      if (layerOf(target) > layerOf(file)) upwards.push(`${file} → ${target}`);
    }
  }
  assert.equal(upwards, []);
});

test('no file of src is longer than 300 lines', () => {
  const long = sources.filter(({ text }) => text.split('\n').length > 301).map(({ file }) => file);
  assert.equal(long, []);
});

test('nothing is called utils, misc, helpers or common', () => {
  const nameless = sources.filter(({ file }) => /^(utils?|misc|helpers?|common|shared)\b/.test(basename(file)));
  assert.equal(
    nameless.map(({ file }) => file),
    [],
  );
});

test('types are not escaped from: no any, no ts-ignore', () => {
  const hatch = /(?::|\bas|<)\s*any\b|@ts-(?:ignore|nocheck|expect-error)/;
  const found = sources.flatMap(({ file, text }) =>
    text
      .split('\n')
      .flatMap((line, at) =>
        hatch.test(line) && !/^\s*(\/?\*|\/\/ (?!@))/.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [],
      ),
  );
  assert.equal(found, []);
});

test('the file that Node loads for a fresh step holds our own code and no library', () => {
  const bundle = readFileSync(join(CHECKOUT, 'dist/stepladder.cjs'), 'utf8');
  const libraries = new Set(
    [...bundle.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map((found) => found[1]),
  );
  // Forty lines, for “did you mean”.
  libraries.delete('fastest-levenshtein');
  assert.equal([...libraries], []);
});

test('what draws on a terminal is begun only where one is drawn on', () => {
  const bundle = readFileSync(join(CHECKOUT, 'dist/main.cjs'), 'utf8');
  const drawing = ['src/report/live/render.ts', 'src/orchestrate/live/screen.ts', 'node_modules/ansi-escapes/index.js'];
  for (const file of [...drawing, 'node_modules/slice-ansi/index.js', 'node_modules/string-width/index.js']) {
    // esbuild wraps so what only an import() leads to: it runs when that is asked for.
    assert.ok(bundle.includes(`__esm({\n  "${file}"() {`), file);
  }
});
