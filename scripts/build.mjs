// Builds dist/: the bundled program (two files, so that a fresh step loads only the small one), the templates it
// reads, the grammars, and the licences of what is bundled. With `--tests`, build/tests/ as well.
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { globSync } from 'tinyglobby';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  define: { STEPLADDER_VERSION: JSON.stringify(version) },
  // `require` of the second bundle, not `import()`: the ES module loader costs 10 ms at every start.
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
  metafile: true,
};

/** What is imported as `FILE?script`: the file and all that it imports, as the text of one script for a browser. */
const browserScript = {
  name: 'browser-script',
  setup(api) {
    api.onResolve({ filter: /\?script$/ }, (args) => {
      return { path: join(args.resolveDir, args.path.replace(/\?script$/, '')), namespace: 'browser-script' };
    });
    api.onLoad({ filter: /./, namespace: 'browser-script' }, async ({ path }) => {
      const browser = { bundle: true, minify: true, format: 'iife', platform: 'browser', target: 'es2022' };
      const { outputFiles } = await build({ ...browser, entryPoints: [path], write: false, logLevel: 'warning' });
      return { contents: outputFiles[0].text.trim(), loader: 'text' };
    });
  },
};

/** Read by the program as text. */
const asText = { '.njk': 'text', '.css': 'text' };

/** The licence texts of every package that was bundled, one after the other. */
function notices(metafiles) {
  const folders = new Set();
  for (const file of metafiles.flatMap((meta) => Object.keys(meta.inputs))) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file);
    if (found) folders.add(found[1]);
  }
  return [...folders].sort().map((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
    const text = file === undefined ? `Licence: ${manifest.license}\n` : readFileSync(join(folder, file), 'utf8');
    return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`;
  });
}

/** What `src/inspect/stubs/grammar.ts` looks for beside the bundle: the Tree-sitter runtime and the grammars. */
function copyGrammars() {
  mkdirSync('dist/grammars', { recursive: true });
  cpSync('node_modules/web-tree-sitter/web-tree-sitter.wasm', 'dist/grammars/web-tree-sitter.wasm');
  for (const file of readdirSync('vendor/grammars')) cpSync(join('vendor/grammars', file), join('dist/grammars', file));
}

function grammarNotices() {
  return JSON.parse(readFileSync('vendor/grammars/manifest.json', 'utf8')).map((grammar) => {
    const text = readFileSync(join('vendor/grammars', `${grammar.name}.LICENSE`), 'utf8');
    return `${grammar.package} ${grammar.version} (${grammar.licence}), ${grammar.wasm}\n\n${text.trim()}\n`;
  });
}

async function buildProgram() {
  rmSync('dist', { recursive: true, force: true });
  // What cli.ts imports lazily as ./main.js is the second file; everything else it needs is bundled into the first.
  const lazy = {
    name: 'lazy-main',
    setup(api) {
      api.onResolve({ filter: /\/main\.js$/ }, (args) =>
        args.kind === 'dynamic-import' || args.kind === 'require-call' ? { path: './main.cjs', external: true } : null,
      );
    },
  };
  const first = await build({
    ...shared,
    entryPoints: { stepladder: 'src/cli.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    plugins: [lazy],
    banner: { js: '#!/usr/bin/env node' },
  });
  // npm makes it so when it links to it, and never again: a later build would take `npx stepladder` away.
  chmodSync('dist/stepladder.cjs', 0o755);
  const second = await build({
    ...shared,
    entryPoints: { main: 'src/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    loader: asText,
    plugins: [browserScript],
    // Its ES module makes itself a `require` under that name, which hides the bundle's own.
    alias: { 'web-tree-sitter': './node_modules/web-tree-sitter/web-tree-sitter.cjs' },
    // A library asks for its own place by import.meta.url, which a CommonJS bundle does not have.
    define: { ...shared.define, 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  });
  copyGrammars();
  writeFileSync(
    'dist/THIRD-PARTY-NOTICES.txt',
    [...notices([first.metafile, second.metafile]), ...grammarNotices()].join(`\n${'-'.repeat(72)}\n\n`),
  );
}

async function buildTests() {
  rmSync('build/tests', { recursive: true, force: true });
  mkdirSync('build/tests', { recursive: true });
  await build({
    ...shared,
    entryPoints: globSync(['tests/**/*.test.ts', 'tests/bench/*.ts', '!tests/fixtures/**']),
    outdir: 'build/tests',
    outbase: 'tests',
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    packages: 'external',
    loader: asText,
    plugins: [browserScript],
  });
  if (existsSync('tests/fixtures')) cpSync('tests/fixtures', 'build/tests/fixtures', { recursive: true });
}

await buildProgram();
if (process.argv.includes('--tests')) await buildTests();
