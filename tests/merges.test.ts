/** Many tasks that all edit one file: whatever the order in which they land, what is on the branch was verified. */
import { testMerges } from './rig/merges.js';
import { suite } from './rig/suite.js';

testMerges(suite('a wide backlog'), 8);
