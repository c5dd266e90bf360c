import { EXIT, type ExitCode, printable, printableBlock, refuse } from '../diagnostic.js';
import type { CheckResult } from '../inspect/inspection.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { loadConfig } from '../record/load-config.js';
import { jsonText } from '../report/json.js';
import { verifyNow } from '../step/verify-now.js';
import type { Command } from './command.js';

export const verifyCommand: Command = {
  name: 'verify',
  takes: 'NAME',
  arity: [0, 1],
  says: "Run a task's checks and conditions on the tree as it stands; no agent, nothing recorded as done.",
  example: 'stepladder verify --all',
  options: {
    all: { type: 'boolean', says: 'every task that is done' },
    json: { type: 'boolean', says: 'one JSON object a line for each task' },
  },
  page: 'further',
  async run({ root, args: [name], options, print }) {
    const config = loadConfig(root);
    const backlog = knownBacklog(config);
    if ((name === undefined) !== (options.all === true)) {
      throw refuse('verify wants the name of a task, or --all', 'stepladder verify NAME, or stepladder verify --all');
    }
    const show = (line: string): void => {
      if (options.json !== true) print(line);
    };
    let exit: ExitCode = EXIT.done;
    let any = false;
    for await (const { task, results } of verifyNow(config, backlog, name ?? null)) {
      any = true;
      const red = results.filter((result) => !result.ok);
      if (red.length > 0) exit = EXIT.failed;
      const said =
        results.length === 0 ? 'nothing to verify' : `${results.length - red.length} of ${results.length} checks hold`;
      show(`${red.length === 0 ? '✓' : '✗'} ${task}: ${said}`);
      for (const { check, failure, output } of red) {
        show(`    ${printable(check.label)}: ${printable(failure)}`);
        if (output !== '') show(printableBlock(output).trimEnd().replace(/^/gm, '      '));
      }
      if (options.json === true) print(jsonText(pageOf(task, results), 0).trimEnd());
    }
    if (!any) show('nothing to verify: no task is done');
    return exit;
  },
};

function pageOf(task: string, results: readonly CheckResult[]): unknown {
  const checks = results.map(({ check, ok, flaky, cached, durationMs, failure, output }) => {
    return { check: check.label, ok, flaky, cached, durationMs, failure, output };
  });
  return { task, ok: results.every(({ ok }) => ok), checks };
}
