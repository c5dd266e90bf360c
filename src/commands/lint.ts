import { join } from 'node:path';
import { unorderedTasks, unorderedWarning } from '../backlog/unordered.js';
import { type Diagnostic, EXIT, lineColumn, renderDiagnostic } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { openTasks } from '../makefile/open-tasks.js';
import { files } from '../record/files.js';
import { loadConfig } from '../record/load-config.js';
import { plural } from '../report/durations.js';
import type { Command } from './command.js';

export const lintCommand: Command = {
  name: 'lint',
  takes: '',
  arity: [0, 0],
  says: 'Check the configuration and every task file; all problems at once.',
  example: 'make lint-tasks',
  options: { json: { type: 'boolean', says: 'one JSON object a line' } },
  page: 'further',
  run({ root, options, print }) {
    const config = loadConfig(root);
    const backlog = knownBacklog(config);
    const unordered = unorderedTasks(backlog, openTasks(config, backlog));
    const diagnostics = [...backlog.diagnostics, ...unordered.map((one) => unorderedWarning(backlog, one))];
    for (const diagnostic of diagnostics) {
      if (options.json === true) print(JSON.stringify({ ...diagnostic, ...whereIn(root, diagnostic) }));
      else process.stderr.write(renderDiagnostic(diagnostic, (file) => files.readText(join(root, file))));
    }
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
    const warnings = diagnostics.length - errors;
    if (options.json !== true)
      print([plural(backlog.tasks.size, 'task'), plural(errors, 'error'), plural(warnings, 'warning')].join(', '));
    return errors > 0 ? EXIT.usage : EXIT.done;
  },
};

/** Line and column, from 1, of a diagnostic that has a place in a text; for programs. */
function whereIn(root: string, { place }: Diagnostic): { line?: number; column?: number } {
  const text = place?.start === undefined ? null : files.readText(join(root, place.file));
  return text === null || place?.start === undefined ? {} : lineColumn(text, place.start);
}
