import { join } from 'node:path';
import type { Config } from '../config.js';
import { EXIT, renderDiagnostic } from '../diagnostic.js';
import { isBacklogCut } from '../inspect/trust.js';
import { generate } from '../makefile/generate.js';
import { withholdTasks } from '../makefile/withhold.js';
import { files } from '../record/files.js';
import { loadConfig } from '../record/load-config.js';
import type { Command } from './command.js';

export const generateCommand: Command = {
  name: 'generate',
  takes: '',
  arity: [0, 0],
  says: 'Write .stepladder/tasks.mk, from which Make knows the tasks.',
  example: 'stepladder generate   (Make calls it by itself)',
  options: {},
  page: 'make',
  async run({ root }) {
    const { diagnostics } = await generate(configOf(root), { tolerant: isBacklogCut(root) });
    for (const diagnostic of diagnostics) {
      process.stderr.write(renderDiagnostic(diagnostic, (file) => files.readText(join(root, file))));
    }
    return EXIT.done;
  },
};

/** As `loadConfig`; where the configuration cannot be read, Make is left without anything to start, even under -k. */
function configOf(root: string): Config {
  try {
    return loadConfig(root);
  } catch (error) {
    withholdTasks(root);
    throw error;
  }
}
