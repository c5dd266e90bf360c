import type { Config } from '../config.js';
import { EXIT, type ExitCode, printable, printableBlock, refuse } from '../diagnostic.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { untilLeft } from '../orchestrate/show-going.js';
import {
  followTranscripts,
  isAtWork,
  latestAttempt,
  readTranscript,
  type TranscriptReader,
} from '../orchestrate/transcripts.js';
import { goingRun } from '../record/going.js';
import { loadConfig } from '../record/load-config.js';
import { standingNow } from '../record/stands.js';
import { jsonText } from '../report/json.js';
import { taskOf } from '../step/open.js';
import type { Command } from './command.js';

type Print = (text: string) => void;

function readerFor(task: string, json: boolean, print: Print): TranscriptReader {
  if (json) {
    return {
      line: (line, { run, attempt }) => print(jsonText({ task, run, attempt, line }, 0).trimEnd()),
      begins: () => {},
    };
  }
  return {
    line: (line) => print(printableBlock(line)),
    begins: ({ attempt, rung, agent }) => print(printable(`── attempt ${attempt} on ${rung} by ${agent} ──`)),
  };
}

async function follow(config: Config, name: string, reader: TranscriptReader): Promise<ExitCode> {
  const { root } = config;
  const left = untilLeft();
  try {
    if (!isAtWork(root, name)) process.stderr.write(`${name}: waiting for its step to begin\n`);
    const how = await followTranscripts(root, name, reader, () => goingRun(root) !== null, left.signal);
    if (how === 'gone') process.stderr.write(`${name}: no step of it is under way any more\n`);
    return left.interrupted() ? EXIT.interrupted : EXIT.done;
  } finally {
    left.close();
  }
}

export const logCommand: Command = {
  name: 'log',
  takes: 'NAME',
  arity: [1, 1],
  says: "Print the transcript of a task's latest attempt.",
  example: 'stepladder log openai-core --follow',
  options: {
    follow: { type: 'boolean', says: 'go on, from attempt to attempt, until its step ends' },
    json: { type: 'boolean', says: 'one JSON object a line: {task, run, attempt, line}' },
  },
  page: 'further',
  run({ root, args: [name = ''], options, print }) {
    const config = loadConfig(root);
    const task = taskOf(knownBacklog(config), config, name);
    const reader = readerFor(name, options.json === true, print);
    const latest = latestAttempt(root, name);
    const going = goingRun(root);
    // One that has ended in this run is not waited for.
    const mayBegin = going !== null && latest?.run !== going.run && standingNow(config, task).kind !== 'holds';
    if (options.follow === true && (isAtWork(root, name) || mayBegin)) return follow(config, name, reader);
    if (latest === null) {
      throw refuse(`no attempt of ${name} is on record here`, `run it: make ${config.tasks}/${name}.done`);
    }
    readTranscript(root, name, latest, reader);
    if (options.follow === true) process.stderr.write(`${name}: no step of it is under way\n`);
    return EXIT.done;
  },
};
