// Runs the stub detector over folders of real code, such as unpacked sources of mature packages, where hardly anything
// is a stub: `node scripts/stubs-on-real-code.mjs [--warnings] [--bodies] FOLDER…`. Prints per folder how many functions
// were read and how many errors and warnings stand there, then every finding as FILE:LINE, for a person to read and
// judge (`--bodies` prints the code below it). The judged figures are in docs/.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const flags = process.argv.slice(2).filter((word) => word.startsWith('--'));
const folders = process.argv.slice(2).filter((word) => !word.startsWith('--'));
if (folders.length === 0) {
  console.error('usage: node scripts/stubs-on-real-code.mjs [--warnings] [--bodies] FOLDER…');
  process.exit(2);
}

/** The detector as it stands in src/, bundled beside the other things that are built. */
async function detector() {
  const outfile = join(root, 'build/stubs-on-real-code.mjs');
  const contents = "export * from './detector.js'; export * from './sources.js';";
  await build({
    stdin: { contents, resolveDir: join(root, 'src/inspect/stubs'), loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return await import(outfile);
}

const { stubDetector, sourcesIn } = await detector();
const reader = stubDetector();
for (const folder of folders) {
  const cwd = resolve(folder);
  const started = performance.now();
  const count = { files: 0, bytes: 0, functions: 0, words: 0 };
  const found = [];
  // A Debian source package keeps what its patches replaced in .pc/.
  for (const file of sourcesIn(cwd, ['.'], ['.pc/**', '**/.pc/**'])) {
    const source = readFileSync(join(cwd, file));
    const report = await reader.read(file, source);
    if (report.read === 'none') continue;
    count.files++;
    count.bytes += source.length;
    count.words += report.read === 'words' ? 1 : 0;
    count.functions += report.functions.length;
    for (const stub of report.stubs) found.push({ ...stub, source });
  }
  const errors = found.filter((stub) => stub.severity === 'error');
  const warnings = found.filter((stub) => stub.severity === 'warning');
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${folder}: ${count.files} files (${count.words} by words), ${(count.bytes / 1e6).toFixed(1)} MB, ` +
      `${count.functions} functions, ${errors.length} errors, ${warnings.length} warnings, ${seconds} s`,
  );
  for (const stub of flags.includes('--warnings') ? [...errors, ...warnings] : errors) {
    console.log(`${stub.severity} ${stub.file}:${stub.line} ${stub.symbol} [${stub.kind}] ${stub.message}`);
    if (!flags.includes('--bodies')) continue;
    const lines = stub.source
      .toString('utf8')
      .split('\n')
      .slice(stub.line - 1, Math.min(stub.endLine, stub.line + 24));
    console.log(lines.map((line) => `    ${line}`).join('\n'));
  }
}
reader.close();
