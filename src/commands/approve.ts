import { EXIT } from '../diagnostic.js';
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
  async run({ root, args: [name = ''], print }) {
    const exit = await byHand(root, name, 'approved');
    if (exit === EXIT.done) print(`${name} is approved`);
    return exit;
  },
};
