/** A lock outlives its holder only on paper: what is left of it stands in nobody's way, or says what removes it. */
import {
  breaksLocks,
  GONE,
  keepsWorkOverIndexLock,
  killedGivesWay,
  namesIndexLock,
  namesLocks,
  stoppedPublishesNothing,
  sweepsLocks,
} from './rig/left-locks.js';
import { suite } from './rig/suite.js';
import { FORMS, formName } from './rig/wide-backlog.js';

const test = suite('locks that were left');
const LONG = { timeoutMs: 300_000 };

for (const form of FORMS) {
  const inForm = ` (${formName(form)})`;
  for (const [what, holder] of Object.entries(GONE)) {
    test(`those of ${what} are broken${inForm}`, () => breaksLocks(form, holder), LONG);
  }
  test(`those of a task that is done are removed${inForm}`, () => sweepsLocks(form), LONG);
  test(`those of another host are named with what removes them${inForm}`, () => namesLocks(form), LONG);
  test(`git's index.lock is named before anybody is paid${inForm}`, () => namesIndexLock(form), LONG);
  test(`git's index.lock at the landing costs no work${inForm}`, () => keepsWorkOverIndexLock(form), LONG);
  test(
    `a stopped runner whose locks were removed publishes nothing${inForm}`,
    () => stoppedPublishesNothing(form),
    LONG,
  );
  test(`a stopped runner that is killed gives way${inForm}`, () => killedGivesWay(form), LONG);
}
