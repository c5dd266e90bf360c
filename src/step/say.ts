/** How a step's events are put on record, and shown where nobody else does. */
import type { EventBody } from '../record/event.js';
import { openJournal } from '../record/journal.js';
import { lineFor } from '../report/lines.js';
import { Measures } from '../report/measures.js';
import { Progress } from '../report/progress.js';

/** True where a front-end reads the journal and shows its events itself: then a step says nothing twice. */
export const shownElsewhere = (): boolean => process.env.STEPLADDER_SHOWN === '1';

/** Records the events of one run on one branch; shows each as a line unless a front-end does. */
export function sayer(root: string, run: string, branch: string): (event: EventBody) => void {
  const journal = openJournal(root, run, branch);
  const progress = new Progress({ tasks: [], measures: new Measures(), jobs: 1 });
  return (event) => {
    journal.append(event);
    if (shownElsewhere()) return;
    const whole = { ...event, time: new Date().toISOString(), run, branch };
    const line = lineFor(whole, progress.see(whole));
    if (line !== null) process.stdout.write(`${line}\n`);
  };
}
