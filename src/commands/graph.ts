import { isAbsolute, join } from 'node:path';
import { EXIT } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { files } from '../record/files.js';
import { loadConfig } from '../record/load-config.js';
import { ensureIgnored } from '../record/paths.js';
import { standingNow } from '../record/stands.js';
import { graphDot, graphMermaid } from '../report/graph.js';
import type { Command } from './command.js';

export const graphCommand: Command = {
  name: 'graph',
  takes: '',
  arity: [0, 0],
  says: 'Write the task graph as graph.dot and graph.mmd (Mermaid) into the reports folder.',
  example: 'make graph && dot -Tsvg reports/graph.dot > graph.svg',
  options: {},
  page: 'further',
  run({ root, print }) {
    const config = loadConfig(root);
    const backlog = knownBacklog(config);
    const nodes = backlog.order.flatMap((name) => {
      const task = backlog.tasks.get(name);
      if (task === undefined) return [];
      return [{ name, title: task.title, depends: task.depends, done: standingNow(config, task).kind === 'holds' }];
    });
    const folder = isAbsolute(config.reports) ? config.reports : join(root, config.reports);
    ensureIgnored(folder, ['.gitignore', 'report.md', 'report.json', 'graph.dot', 'graph.mmd']);
    files.writeIfChanged(join(folder, 'graph.dot'), graphDot(nodes));
    files.writeIfChanged(join(folder, 'graph.mmd'), graphMermaid(nodes));
    print(`${join(config.reports, 'graph.dot')}\n${join(config.reports, 'graph.mmd')}`);
    return EXIT.done;
  },
};
