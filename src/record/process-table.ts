/** What the operating system tells of processes: /proc on Linux, `ps` elsewhere (macOS). */
import * as fs from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** The session's id, which is the pid of its leader; 0 where it is not told. */
  readonly session: number;
  /** Dead, and only not yet collected by its parent: it can do nothing any more. */
  readonly zombie: boolean;
  /** Stopped by a signal: it does nothing, forks nothing, until it is continued or killed. */
  readonly stopped: boolean;
  /** When it started, in whatever unit the system has: tells a process from a later one of the same pid. */
  readonly startTime: string;
}

/**
 * A line of /proc/PID/stat. The name stands in parentheses and may itself hold blanks, parentheses and newlines:
 * what counts begins after the last closing one. Null where it is no such line.
 */
export function parseStat(line: string): ProcessEntry | null {
  const close = line.lastIndexOf(')');
  const pid = Number.parseInt(line, 10);
  // From here the fields are state (3), ppid (4), pgrp (5), session (6) … starttime (22), counted as proc(5) does.
  const fields = line.slice(close + 2).split(' ');
  const [state, parent, , session] = fields;
  const startTime = fields[19];
  if (close === -1 || Number.isNaN(pid) || state === undefined || startTime === undefined) return null;
  return {
    pid,
    parent: Number(parent),
    session: Number(session),
    zombie: /[ZXx]/.test(state),
    stopped: /[Tt]/.test(state),
    startTime,
  };
}

/** What `ps` is asked for, and what it answers: pid, parent, state, start as five words (`Sat Jan 3 04:05:06 2026`). */
const PS_COLUMNS = ['-o', 'pid=', '-o', 'ppid=', '-o', 'stat=', '-o', 'lstart='];

export function parsePs(line: string): ProcessEntry | null {
  const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\d{4})/.exec(line);
  if (match === null) return null;
  const [, pid, parent, state = '', started = ''] = match;
  return {
    pid: Number(pid),
    parent: Number(parent),
    session: 0,
    zombie: state.startsWith('Z'),
    stopped: state.startsWith('T'),
    startTime: started.replace(/\s+/g, ' '),
  };
}

/** Runs a small program of the system's, only where /proc cannot be asked; '' where it fails. */
export function ask(program: string, args: readonly string[]): string {
  // Loaded here alone: nothing on a fast path on Linux needs it.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const result = spawnSync(program, [...args], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
  });
  return result.status === 0 ? result.stdout : '';
}

export interface ProcessTable {
  /** Null where there is no such process, or none that may be looked at. */
  entry(pid: number): ProcessEntry | null;
  all(): ProcessEntry[];
  /** The pids of those that were started with exactly this `NAME=value` in their environment. */
  startedWith(assignment: string): number[];
}

function readProc(path: string): string | null {
  try {
    // Names and environments are bytes of any kind; nothing here depends on more than their ASCII.
    return fs.readFileSync(path, 'latin1');
  } catch {
    // Gone meanwhile, or another user's.
    return null;
  }
}

/** `folder`: where proc(5) is mounted. */
export function procTable(folder = '/proc'): ProcessTable {
  const pids = (): number[] =>
    fs
      .readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  const entry = (pid: number): ProcessEntry | null => {
    const line = readProc(`${folder}/${pid}/stat`);
    return line === null ? null : parseStat(line);
  };
  return {
    entry,
    all: () =>
      pids()
        .map(entry)
        .filter((found) => found !== null),
    startedWith: (assignment) =>
      pids().filter((pid) => readProc(`${folder}/${pid}/environ`)?.split('\0').includes(assignment)),
  };
}

/** By `ps`, which shows the environment behind the command, set apart by blanks only: enough for a mark. */
export function psTable(): ProcessTable {
  const lines = (...args: string[]): string[] => ask('ps', args).split('\n');
  const showEnvironment = process.platform === 'darwin' ? '-E' : 'e';
  return {
    entry: (pid) => parsePs(ask('ps', [...PS_COLUMNS, '-p', String(pid)])),
    all: () =>
      lines('-A', ...PS_COLUMNS)
        .map(parsePs)
        .filter((found) => found !== null),
    startedWith: (assignment) =>
      lines(showEnvironment, '-A', '-ww', '-o', 'pid=', '-o', 'command=')
        .map((line) => line.trim().split(/\s+/))
        .filter((words) => words.includes(assignment))
        .map(([pid]) => Number(pid)),
  };
}

export const processTable: ProcessTable = process.platform === 'linux' ? procTable() : psTable();
