/** The long form of tests/merges.test.ts. */
import { testMerges } from '../rig/merges.js';
import { suite } from '../rig/suite.js';

testMerges(suite('a backlog of sixty'), 60);
