/** What no agent should do, in every form. */
import { counted } from '../rig/chance.js';
import { HOSTILE } from '../rig/hostile-agents.js';
import { live } from '../rig/scenario.js';
import { suite } from '../rig/suite.js';

counted(`${live(suite('every hostile agent'), HOSTILE, 'all')} hostile agents`);
