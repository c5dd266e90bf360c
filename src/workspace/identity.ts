/** Who commits, and which workspace this is. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { refuse } from '../diagnostic.js';
import { files } from '../record/files.js';
import { statePaths } from '../record/paths.js';
import { askGit } from './git.js';
import type { Place } from './workspace.js';

/**
 * Commits are the user's own, under his configured name. One git process.
 * @throws Refusal where git has none: it would guess one from the host's name
 */
export function requireIdentity(place: Pick<Place, 'top'>): void {
  for (const who of ['GIT_AUTHOR_IDENT', 'GIT_COMMITTER_IDENT']) {
    const answer = askGit(place.top, ['var', who], { accept: [1, 128] });
    if (answer.code !== 0) {
      throw refuse(
        'git does not know under which name to commit',
        'git config --global user.name "Your Name" && git config --global user.email you@example.com',
      );
    }
    // With a name of its own neither comes from the environment: what holds for the one holds for the other.
    if (process.env.GIT_AUTHOR_NAME === undefined && process.env.GIT_COMMITTER_NAME === undefined) return;
  }
}

/** The id this repository was given: by us, when we first saw it; a clone or a new one in its place gets another. */
export function workspaceId(place: Pick<Place, 'commonDir'>): string {
  const file = join(place.commonDir, 'stepladder', 'id');
  const known = files.readText(file)?.trim();
  if (known !== undefined && known !== '') return known;
  const id = randomUUID();
  files.writeDurably(file, `${id}\n`);
  return id;
}

/**
 * Receipts that are not committed with the work (the backlog lies elsewhere) say nothing of another workspace than the
 * one they were earned in (DESIGN "Files"). That one's id is on record in the machine state.
 * `same`: they hold; `other`: that workspace is gone, they are void; `unknown`: nothing is on record, as after a clone.
 */
export function workspaceOfReceipts(place: Place): 'same' | 'other' | 'unknown' {
  const known = files.readText(join(statePaths(place.root).state, 'workspace-id'))?.trim() ?? '';
  if (known === '') return 'unknown';
  return known === workspaceId(place) ? 'same' : 'other';
}

/** Puts on record that the receipts there are from now on are this workspace's. */
export function rememberWorkspace(place: Place): void {
  files.writeDurably(join(statePaths(place.root).state, 'workspace-id'), `${workspaceId(place)}\n`);
}
