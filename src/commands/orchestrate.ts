import { refuse } from '../diagnostic.js';
import { orchestrate } from '../orchestrate.js';
import type { Command } from './command.js';

export const orchestrateCommand: Command = {
  name: 'orchestrate',
  takes: '',
  arity: [0, 0],
  says: 'Run everything that is not done, and report.',
  example: 'make -j4 orchestrate',
  options: {
    retry: { type: 'boolean', says: 'try failed tasks again (make RETRY=1 orchestrate)' },
    jobs: { type: 'string', value: 'N', says: 'steps at a time, where no Make hands its own -j down' },
    'set-aside': { type: 'boolean', says: 'leave out what is broken and all that depends on it, and run the rest' },
    make: { type: 'string', value: 'PROGRAM', says: 'the Make to call (default: the one that called, else make)' },
  },
  page: 'first',
  run({ root, options }) {
    const jobs = options.jobs === undefined ? null : Number(options.jobs);
    if (jobs !== null && !(Number.isInteger(jobs) && jobs > 0)) {
      throw refuse(
        `--jobs wants a whole number of 1 or more, not “${String(options.jobs)}”`,
        'stepladder orchestrate --jobs 4',
      );
    }
    const make = typeof options.make === 'string' ? options.make : (process.env.STEPLADDER_MAKE ?? 'make');
    return orchestrate(root, { make, jobs, retry: options.retry === true, setAside: options['set-aside'] === true });
  },
};
