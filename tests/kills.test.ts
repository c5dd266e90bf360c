/** A process killed at any instant costs the attempt in flight, and nothing else. */
import { testKills } from './rig/kills.js';
import { suite } from './rig/suite.js';

testKills(suite('killed at any instant'), 4);
