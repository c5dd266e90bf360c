import { byHand } from '../step/by-hand.js';
import type { Command } from './command.js';

export const approveCommand: Command = {
  name: 'approve',
  takes: 'NAME',
  arity: [1, 1],
  says: 'Approve a checkpoint: what waits for it goes on.',
  example: 'stepladder approve openai-core',
  options: {},
  page: 'further',
  run: ({ root, args: [name = ''] }) => byHand(root, name, 'approved'),
};
