import type { Workspace } from './workspace.js';

/** The branch as people call it; '' where HEAD is detached. */
export function branchName(ws: Pick<Workspace, 'branch'>): string {
  return (ws.branch() ?? '').replace(/^refs\/heads\//, '');
}
