/** The world changes while a step is at work, in every way and every form. */
import { counted } from '../rig/chance.js';
import { CHANGED } from '../rig/changed-world.js';
import { live } from '../rig/scenario.js';
import { suite } from '../rig/suite.js';

counted(`${live(suite('every change of the world'), CHANGED, 'all')} changes`);
