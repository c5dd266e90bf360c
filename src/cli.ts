/**
 * argv → one command. This file and what it imports is the small bundle that every start loads: it answers by itself
 * what needs no library (a fresh step, an unchanged generate, a run with nothing to do); all else is in main.ts.
 */
import { EXIT } from './diagnostic.js';
import { explain } from './failure.js';
import { quickly } from './quickly.js';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

async function run(): Promise<number> {
  if (major < 20 || (major === 20 && minor < 19)) {
    process.stderr.write(
      `stepladder: error: Node ${process.versions.node} is too old\n  → install Node 20.19 or newer (node --version tells yours)\n`,
    );
    return EXIT.usage;
  }
  const argv = process.argv.slice(2);
  const quick = quickly(process.cwd(), argv);
  if (quick !== null) return quick;
  const { main } = await import('./main.js');
  return main(argv);
}

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const { text, exitCode } = explain(error, process.cwd());
    process.stderr.write(text);
    process.exitCode = exitCode;
  },
);
