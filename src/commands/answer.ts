import { join } from 'node:path';
import { withDecision } from '../backlog/edit.js';
import { EXIT, refuse } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { files } from '../record/files.js';
import { goal } from '../record/goal.js';
import { loadConfig } from '../record/load-config.js';
import { programName } from '../record/program-name.js';
import { taskState } from '../record/task-state.js';
import { taskOf } from '../step/open.js';
import type { Command } from './command.js';

export const answerCommand: Command = {
  name: 'answer',
  takes: 'NAME TEXT',
  arity: [2, 2],
  says: 'Answer the question of a task: written into its ## Decisions, and the task runs again.',
  example: 'stepladder answer openai-core "use the Responses API"',
  options: {},
  page: 'first',
  run({ root, args: [name = '', answer = ''], print }) {
    const config = loadConfig(root);
    const task = taskOf(knownBacklog(config), config, name);
    if (answer.trim() === '') {
      const program = programName(root, process.argv[1] ?? 'stepladder');
      throw refuse('an answer wants words', `${program} answer ${name} "…"`);
    }
    const path = join(root, task.file);
    const text = files.readText(path);
    if (text === null) throw refuse(`${task.file} is gone`, 'restore it first');
    const question = taskState(root, name).readFailure()?.question ?? null;
    files.writeDurably(path, withDecision(text, question === null ? answer : `${question} → ${answer}`, new Date()));
    const asked = question === null ? `${name} asked nothing; all the same: ` : '';
    print(`${asked}written into ${task.file}; the task runs again: ${goal('orchestrate')}`);
    return EXIT.done;
  },
};
