import { isAbsolute, join } from 'node:path';
import { EXIT } from '../diagnostic.js';
import { gather } from '../orchestrate/gather.js';
import { files } from '../record/files.js';
import { loadConfig } from '../record/load-config.js';
import { ensureIgnored } from '../record/paths.js';
import { layout } from '../report/graph/layout.js';
import { graphSvg } from '../report/graph/svg.js';
import { graphTasks } from '../report/graph/tasks.js';
import { graphDot, graphMermaid } from '../report/graph.js';
import { jsonText } from '../report/json.js';
import { OUR_REPORTS } from '../report/write.js';
import { openWorkspace } from '../workspace/in-place.js';
import type { Command } from './command.js';

export const graphCommand: Command = {
  name: 'graph',
  takes: '',
  arity: [0, 0],
  says: 'Write the task graph as graph.svg, graph.dot (Graphviz) and graph.mmd (Mermaid) into the reports folder.',
  example: 'make graph && xdg-open reports/graph.svg',
  options: { json: { type: 'boolean', says: 'print the graph as JSON, one object, and write nothing' } },
  page: 'further',
  run({ root, options, print }) {
    const config = loadConfig(root);
    const { backlog } = gather(config, openWorkspace(config), null);
    if (options.json === true) {
      print(jsonText({ tasks: backlog }, 0).trimEnd());
      return EXIT.done;
    }
    const tasks = graphTasks(backlog);
    const texts = {
      'graph.svg': graphSvg(layout(tasks), tasks),
      'graph.dot': graphDot(tasks),
      'graph.mmd': graphMermaid(tasks),
    };
    const folder = isAbsolute(config.reports) ? config.reports : join(root, config.reports);
    ensureIgnored(folder, OUR_REPORTS);
    for (const [name, text] of Object.entries(texts)) {
      files.writeIfChanged(join(folder, name), text);
      print(join(config.reports, name));
    }
    return EXIT.done;
  },
};
