/** What no agent should do is contained or recorded. All of it: tests/faults/hostile-agents. */
import { HOSTILE } from './rig/hostile-agents.js';
import { live } from './rig/scenario.js';
import { suite } from './rig/suite.js';

live(suite('hostile agents'), HOSTILE, 'bounded');
