import { type Activity, readActivity } from '../../record/activity.js';
import type { LiveRun } from '../../report/live/view.js';

/** What the steps under way last said of themselves, by task. */
export function activitiesOf(root: string, live: LiveRun): Map<string, Activity> {
  const activities = new Map<string, Activity>();
  for (const task of live.running) {
    const activity = readActivity(root, task);
    if (activity !== null) activities.set(task, activity);
  }
  return activities;
}
