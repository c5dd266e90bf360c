import type { Config } from '../config.js';
import { EXIT, type ExitCode } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { readFacts } from '../orchestrate/gather.js';
import { type GoingOn, lookAtRun } from '../orchestrate/going-on.js';
import { activitiesOf } from '../orchestrate/live/activities.js';
import { showGoing } from '../orchestrate/show-going.js';
import { loadConfig } from '../record/load-config.js';
import { gatherFacts } from '../report/facts.js';
import { jsonText } from '../report/json.js';
import type { LiveView } from '../report/live/view.js';
import type { Facts } from '../report/shape.js';
import { statusText } from '../report/status.js';
import { openWorkspace } from '../workspace/in-place.js';
import type { Command } from './command.js';

interface Now {
  readonly facts: Facts;
  readonly going: GoingOn | null;
  readonly live: LiveView | null;
}

function lookNow(config: Config): Now {
  const backlog = knownBacklog(config);
  const facts = gatherFacts(readFacts(config, backlog, openWorkspace(config), null));
  const going = lookAtRun(config, backlog, new Set(facts.done.map(({ task }) => task)));
  const live = going === null ? null : going.live.view(Date.now(), activitiesOf(config.root, going.live));
  return { facts, going, live };
}

export const statusCommand: Command = {
  name: 'status',
  takes: '',
  arity: [0, 0],
  says: 'What is done, what runs, what stopped, what waits for you.',
  example: 'stepladder status --follow',
  options: {
    follow: { type: 'boolean', says: 'go on until the run that is going on in another terminal ends' },
    json: {
      type: 'boolean',
      says: 'the same as JSON (schema/report.schema.json); with --follow a line for each event',
    },
  },
  page: 'first',
  async run({ root, options, print }): Promise<ExitCode> {
    const config = loadConfig(root);
    const { facts, going, live } = lookNow(config);
    const json = options.json === true;
    if (options.follow !== true) {
      print(json ? jsonText({ ...facts, live }).trimEnd() : statusText(facts, live).trimEnd());
      return EXIT.done;
    }
    if (going === null) {
      // Whoever reads line by line gets a line of the kind that he reads.
      print(json ? jsonText({ event: null, live: null }, 0).trimEnd() : statusText(facts, null).trimEnd());
      process.stderr.write('nothing is going on that could be followed\n');
      return EXIT.done;
    }
    return showGoing(config.root, going, { json, print, text: statusText(facts, live) });
  },
};
