/** Whether a run could start, looked at part by part; nothing is paid, no model is asked, and nothing of the project changed. */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Backlog } from '../backlog/load.js';
import type { Config } from '../config.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { goal } from '../record/goal.js';
import { readJournal } from '../record/journal.js';
import { loadConfig } from '../record/load-config.js';
import { describeHolder, holderOf, removalOf } from '../record/locks.js';
import { statePaths } from '../record/paths.js';
import { plural } from '../report/durations.js';
import { hasManyJobs } from '../step/isolation.js';
import { requireWritable } from '../step/may-work.js';
import { branchName } from '../workspace/branch-name.js';
import { openWorkspace } from '../workspace/in-place.js';
import type { Workspace } from '../workspace/workspace.js';
import { type Finding, fine, look, said, unsure, wrong } from './finding.js';
import { lookAtAgents } from './look-at-agents.js';
import { lookAtPrograms } from './look-at-programs.js';
import { lookAtTree, refuseTemplates } from './preflight.js';

/** Less is soon full of transcripts and builds: a disk that is halts the run. */
const LITTLE_ROOM = 500e6;

/** Who works there now: a run would wait for him, or for ever. */
function lookAtLock(ws: Workspace): Finding[] {
  const holder = holderOf(ws.lockPath);
  if (holder === null) return [];
  const says = `locked: ${describeHolder(holder)}`;
  if (holder.record !== null && !holder.elsewhere) {
    return [unsure('workspace', says, 'a run would wait until that has ended')];
  }
  return [wrong('workspace', says, `if nothing of stepladder is running there any more: ${removalOf(holder)}`)];
}

function lookAtRoom(dir: string): Finding[] {
  const { bavail, bsize } = statfsSync(dir);
  const free = bavail * bsize;
  if (free >= LITTLE_ROOM) return [];
  return [unsure('disk', `${Math.floor(free / 1e6)} MB are free in ${dir}`, 'a full disk halts a run: make room')];
}

/** Nothing is changed here, so the lock is not taken: a step that begins in the middle of the look is seen after it. */
function lookAtOwnTree(config: Config, backlog: Backlog, ws: Workspace): Finding[] {
  const locked = lookAtLock(ws);
  // What whoever is at work there changes is his: a run would look when he has ended.
  if (locked.length > 0) return locked;
  const findings: Finding[] = [];
  const tell = (line: string): void => void findings.push(unsure('workspace', line, 'commit it if a task needs it'));
  const pending = [...backlog.tasks.keys()];
  const manyJobs = hasManyJobs(process.env);
  look('workspace', findings, () => lookAtTree(config, backlog, ws, { pending, manyJobs, tell }));
  const since = findings.length === 0 ? [] : lookAtLock(ws);
  return since.length > 0 ? since : findings;
}

/** Everything that a run's start asks of the place in which it works. */
function lookAtWorkspace(config: Config, backlog: Backlog, findings: Finding[]): Workspace | null {
  const ws = look('workspace', findings, () => openWorkspace(config));
  if (ws === null) return null;
  const before = findings.length;
  findings.push(...lookAtOwnTree(config, backlog, ws));
  look('workspace', findings, () => {
    const { state } = statePaths(config.root);
    for (const folder of [
      ws.top,
      ws.gitDir,
      existsSync(state) ? state : config.root,
      join(config.root, config.tasks),
    ]) {
      if (existsSync(folder)) accessSync(folder, constants.W_OK);
    }
    requireWritable(config, [...backlog.tasks.keys()]);
  });
  look('prompt', findings, () => refuseTemplates(config, backlog, ws, [...backlog.tasks.keys()]));
  if (findings.length === before) findings.push(fine('workspace', `${ws.dir}, on ${branchName(ws)}`));
  findings.push(...(look('disk', findings, () => lookAtRoom(ws.dir)) ?? []));
  return ws;
}

/** The last run may have been halted over something that still is as it was. */
function lookAtLastRun(config: Config): Finding[] {
  let halted: string | null = null;
  for (const event of readJournal(config.root)) {
    if (event.type === 'run-started') halted = null;
    if (event.type === 'halted') halted = event.reason;
  }
  if (halted === null) return [];
  return [
    unsure('last run', `it was halted: ${halted}`, `see to it if it is still so; ${goal('orchestrate')} goes on`),
  ];
}

/** @param root absolute path of the project */
export function examine(root: string): Finding[] {
  const findings = lookAtPrograms(process.version, process.env);
  if (findings.some(({ what, state }) => what === 'git' && state === 'wrong')) return findings;
  const config = look('configuration', findings, () => loadConfig(root));
  if (config === null) return findings;
  const backlog = knownBacklog(config);
  const errors = backlog.diagnostics.filter((one) => one.severity === 'error');
  if (errors.length === 0) findings.push(fine('backlog', `${plural(backlog.tasks.size, 'task')} in ${config.tasks}/`));
  findings.push(...errors.map((one) => said('backlog', one)));
  const ws = lookAtWorkspace(config, backlog, findings);
  findings.push(...lookAtLastRun(config));
  return [...findings, ...lookAtAgents(config, backlog, ws?.dir ?? root)];
}
