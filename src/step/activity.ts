/** What a step is about at this moment, noted for whoever watches the run (record/activity.ts). */
import { clearActivity, writeActivity } from '../record/activity.js';
import { leniently } from '../record/files.js';

/** An agent may print a thousand lines a second; nobody reads faster than this. */
const EVERY_MS = 1000;

export interface ActivityNote {
  /** What is told from here on belongs to that attempt (1, 2, …). */
  begin(attempt: number): void;
  /** One printable line, secrets hidden. The latest is noted, at most once a second. */
  tell(doing: string): void;
  /** Takes the note away. */
  end(): void;
}

export function activityNote(root: string, run: string, task: string): ActivityNote {
  let attempt = 0;
  let latest: string | null = null;
  let written = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    timer = undefined;
    if (latest === null) return;
    const doing = latest;
    latest = null;
    written = performance.now();
    // It must never be what ends a step.
    leniently(() => writeActivity(root, task, { run, attempt, doing, time: new Date().toISOString() }));
  };
  return {
    begin(number) {
      attempt = number;
      latest = null;
    },
    tell(doing) {
      latest = doing;
      if (timer !== undefined) return;
      const wait = written + EVERY_MS - performance.now();
      if (wait <= 0) write();
      // Unref'd: a step does not live on for it.
      else timer = setTimeout(write, wait).unref();
    },
    end() {
      clearTimeout(timer);
      latest = null;
      leniently(() => clearActivity(root, task));
    },
  };
}
