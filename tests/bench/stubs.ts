/**
 * What the stub detector costs (issue: 10 MB of mixed source ≤ 5 s, ≤ 300 MB). usage: stubs.mjs [FOLDER…]
 * Without folders it reads what the fixtures repeat: every case of every language, renamed, until there are 10 MB.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stubDetector } from '../../src/inspect/stubs/detector.js';
import { sourcesIn } from '../../src/inspect/stubs/sources.js';

interface Source {
  readonly file: string;
  readonly bytes: Uint8Array;
}

const MEGABYTE = 1_000_000;
const CASES = 'tests/fixtures/stub-cases';

/** Files of about 30 kB, as real ones are: the cases of a language one after the other. */
function repeated(size: number): readonly Source[] {
  const byFolder = readdirSync(CASES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => sourcesIn(CASES, [name], []).map((file) => ({ file, bytes: readFileSync(join(CASES, file)) })));
  const sources: Source[] = [];
  for (let total = 0, round = 0; total < size; round += 1) {
    for (const cases of byFolder) {
      const first = cases[round % cases.length];
      if (first === undefined) continue;
      const kind = first.file.slice(first.file.lastIndexOf('.'));
      const alike = cases.filter(({ file }) => file.endsWith(kind)).map(({ bytes }) => bytes);
      const bytes = Buffer.concat(
        Array.from({ length: 40 }, (_, at) => alike[(at + round) % alike.length] ?? first.bytes),
      );
      sources.push({ file: `${round}${kind}`, bytes });
      total += bytes.length;
    }
  }
  return sources;
}

const folders = process.argv.slice(2);
const sources =
  folders.length === 0
    ? repeated(10 * MEGABYTE)
    : folders.flatMap((folder) =>
        sourcesIn(folder, ['.'], []).map((file) => ({ file, bytes: readFileSync(join(folder, file)) })),
      );

const detector = stubDetector();
const started = performance.now();
const cpu = process.cpuUsage();
let functions = 0;
const found = { error: 0, warning: 0 };
const read = { syntax: 0, words: 0, none: 0 };
for (const { file, bytes } of sources) {
  const report = await detector.read(file, bytes);
  functions += report.functions.length;
  read[report.read] += 1;
  for (const { severity } of report.stubs) found[severity] += 1;
}
const seconds = (performance.now() - started) / 1000;
const used = process.cpuUsage(cpu);
const busy = (used.user + used.system) / 1e6;
detector.close();

const megabytes = sources.reduce((sum, { bytes }) => sum + bytes.length, 0) / MEGABYTE;
console.log(`${sources.length} files, ${megabytes.toFixed(1)} MB, ${functions} functions`);
console.log(`  read by syntax ${read.syntax}, by words ${read.words}, passed over ${read.none}`);
console.log(`  errors ${found.error}, warnings ${found.warning}`);
console.log(`  ${seconds.toFixed(1)} s, ${((10 * seconds) / megabytes).toFixed(1)} s for 10 MB (aim: ≤ 5 s)`);
// On a machine that has other things to do, this says what was ours.
console.log(`  ${busy.toFixed(1)} s of processor time`);
console.log(`  ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB at most (aim: ≤ 300 MB)`);
