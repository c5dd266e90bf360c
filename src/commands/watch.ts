import { loadConfig } from '../record/load-config.js';
import { watch } from '../watch.js';
import type { Command } from './command.js';

export const watchCommand: Command = {
  name: 'watch',
  takes: '',
  arity: [0, 0],
  says: 'Run the backlog, then again whenever a task file or the configuration is edited.',
  example: 'make watch',
  options: {},
  page: 'further',
  run({ root, print }) {
    return watch(loadConfig(root), {
      program: process.execPath,
      args: [process.argv[1] ?? '', 'orchestrate'],
      say: print,
    });
  },
};
