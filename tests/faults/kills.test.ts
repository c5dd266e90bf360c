/** The long form of tests/kills.test.ts: 200 kills in all. */
import { testKills } from '../rig/kills.js';
import { suite } from '../rig/suite.js';

testKills(suite('killed at any instant, many times'), 100);
