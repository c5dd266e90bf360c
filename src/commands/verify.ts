import { EXIT, type ExitCode, printable, printableBlock, refuse } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { loadConfig } from '../record/load-config.js';
import { verifyNow } from '../step/verify-now.js';
import type { Command } from './command.js';

export const verifyCommand: Command = {
  name: 'verify',
  takes: 'NAME',
  arity: [0, 1],
  says: "Run a task's checks and conditions on the tree as it stands; no agent, nothing recorded as done.",
  example: 'stepladder verify --all',
  options: { all: { type: 'boolean', says: 'every task that is done' } },
  page: 'further',
  async run({ root, args: [name], options, print }) {
    const config = loadConfig(root);
    const backlog = knownBacklog(config);
    if ((name === undefined) !== (options.all === true)) {
      throw refuse('verify wants the name of a task, or --all', 'stepladder verify NAME, or stepladder verify --all');
    }
    let exit: ExitCode = EXIT.done;
    for await (const { task, results } of verifyNow(config, backlog, name ?? null)) {
      const red = results.filter((result) => !result.ok);
      const said =
        results.length === 0 ? 'nothing to verify' : `${results.length - red.length} of ${results.length} checks hold`;
      print(`${red.length === 0 ? '✓' : '✗'} ${task}: ${said}`);
      for (const { check, failure, output } of red) {
        print(`    ${printable(check.label)}: ${printable(failure)}`);
        if (output !== '') print(printableBlock(output).trimEnd().replace(/^/gm, '      '));
      }
      if (red.length > 0) exit = EXIT.failed;
    }
    return exit;
  },
};
