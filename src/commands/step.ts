import { step } from '../step/step.js';
import type { Command } from './command.js';

export const stepCommand: Command = {
  name: 'step',
  takes: 'NAME',
  arity: [1, 1],
  says: 'Run one task, from start to done or to a reasoned stop; what a recipe calls.',
  example: 'stepladder step openai-core   (better: make tasks/openai-core.done)',
  options: {
    force: { type: 'boolean', says: 'run it anew although it is done (make FORCE=1)' },
    look: { type: 'boolean', says: 'do not go by what was seen last time (where the receipt is known not to hold)' },
    retry: { type: 'boolean', says: 'try again although it failed before (make RETRY=1)' },
  },
  page: 'make',
  run: ({ root, args: [name = ''], options }) =>
    step(root, name, { force: options.force === true, retry: options.retry === true }),
};
