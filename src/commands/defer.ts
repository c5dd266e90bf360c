import { byHand } from '../step/by-hand.js';
import type { Command } from './command.js';

export const deferCommand: Command = {
  name: 'defer',
  takes: 'NAME',
  arity: [1, 1],
  says: 'Leave a task for later: what depends on it goes on, and reports say so.',
  example: 'stepladder defer openai-core',
  options: {},
  page: 'further',
  run: ({ root, args: [name = ''] }) => byHand(root, name, 'deferred'),
};
