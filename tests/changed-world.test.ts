/** The world changes while a step is at work. All of it: tests/faults/changed-world. */
import { CHANGED } from './rig/changed-world.js';
import { live } from './rig/scenario.js';
import { suite } from './rig/suite.js';

live(suite('a world that changes'), CHANGED, 'bounded');
