/** What git ignores is not committed, not even by us. */
import { asInput, gitRecords, type RawPath } from './git.js';
import type { Place } from './workspace.js';

/** Of these paths, those that git ignores and does not track all the same. */
export function ignoredAmong(place: Pick<Place, 'top'>, paths: readonly RawPath[]): Set<RawPath> {
  if (paths.length === 0) return new Set();
  const options = { input: asInput(paths), accept: [1] };
  return new Set(gitRecords(place.top, ['check-ignore', '-z', '--stdin'], options));
}
