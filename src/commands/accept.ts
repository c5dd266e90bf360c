import { byHand } from '../step/by-hand.js';
import type { Command } from './command.js';

export const acceptCommand: Command = {
  name: 'accept',
  takes: 'NAME',
  arity: [1, 1],
  says: 'Record a task as done by a person: what is in the tree is inspected and committed, no agent is paid.',
  example: 'stepladder accept openai-core',
  options: {},
  page: 'first',
  run: ({ root, args: [name = ''] }) => byHand(root, name, 'accepted'),
};
