import { join } from 'node:path';
import { EXIT, printableBlock, refuse } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { files } from '../record/files.js';
import { loadConfig } from '../record/load-config.js';
import { taskState } from '../record/task-state.js';
import { taskOf } from '../step/open.js';
import type { Command } from './command.js';

export const logCommand: Command = {
  name: 'log',
  takes: 'NAME',
  arity: [1, 1],
  says: "Print the transcript of a task's latest attempt.",
  example: 'stepladder log openai-core',
  options: {},
  page: 'further',
  run({ root, args: [name = ''], print }) {
    const config = loadConfig(root);
    taskOf(knownBacklog(config), config, name);
    const folder = join(taskState(root, name).folder, '_attempts');
    const logs = files
      .list(folder)
      .filter((file) => file.endsWith('.log'))
      .map((file) => ({ file, time: files.stat(join(folder, file))?.mtimeMs ?? 0 }))
      .sort((a, b) => a.time - b.time);
    const latest = logs.at(-1);
    if (latest === undefined)
      throw refuse(`no attempt of ${name} is on record here`, `run it: make ${config.tasks}/${name}.done`);
    print(printableBlock(files.readText(join(folder, latest.file)) ?? '').trimEnd());
    return EXIT.done;
  },
};
