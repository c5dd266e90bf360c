import { effective } from '../config/effective.js';
import { EXIT } from '../diagnostic.js';
import { verifyChecks } from '../inspect/auto-verify.js';
import { ledgerOf } from '../inspect/ledger.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { cleanEnvironment } from '../record/environment.js';
import { loadConfig } from '../record/load-config.js';
import { workNow } from '../record/stands.js';
import { taskState } from '../record/task-state.js';
import { triesBefore } from '../step/earlier.js';
import { taskOf } from '../step/open.js';
import { renderPrompt } from '../step/prompt.js';
import { evidenceOnRecord, promptFacts } from '../step/prompt-facts.js';
import { openWorkspace } from '../workspace/in-place.js';
import type { Command } from './command.js';

export const promptCommand: Command = {
  name: 'prompt',
  takes: 'NAME',
  arity: [1, 1],
  says: 'Print what the next agent of a task would be told; nothing is paid.',
  example: 'stepladder prompt openai-core',
  options: {},
  page: 'further',
  async run({ root, args: [name = ''], print }) {
    const config = loadConfig(root);
    const backlog = knownBacklog(config);
    const task = taskOf(backlog, config, name);
    const settings = effective(config, task);
    const ws = openWorkspace(config);
    const verify = await verifyChecks(
      settings.verify,
      ws.dir,
      cleanEnvironment(process.env),
      new AbortController().signal,
    );
    const facts = promptFacts(config, backlog, task, {
      verify: verify.checks,
      evidence: evidenceOnRecord(config, task),
      ledger: ledgerOf(config, backlog),
      cwd: ws.dir,
    });
    const earlier = triesBefore(taskState(root, name).readFailure(), (other) => workNow(config, other));
    print(renderPrompt(config, settings.prompt, { ...facts, earlier }).trimEnd());
    return EXIT.done;
  },
};
