/** What the operating system tells of processes: /proc on Linux, `ps` elsewhere (macOS). */
import * as fs from 'node:fs';
import { basename } from 'node:path';

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
  /** The name of the program that it runs, without its folder; null where there is no such process. */
  program(pid: number): string | null;
  /** The pids of those that were started with exactly this `NAME=value` in their environment. */
  startedWith(assignment: string): number[];
  /** Whether that one was; null where it shows no environment (a program is being put in its place, or it is gone). */
  wasStartedWith(pid: number, assignment: string): boolean | null;
  /** Whether a signal of that number waits for the process to take it; false where the system does not tell. */
  isPending(pid: number, signal: number): boolean;
  /** The pid that was given last; null where the system does not tell. Far cheaper than to list all. */
  latest(): number | null;
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
  // The newest first: those are the ones that may be gone before they are looked at.
  const pids = (): number[] =>
    fs
      .readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => b - a);
  const entry = (pid: number): ProcessEntry | null => {
    const line = readProc(`${folder}/${pid}/stat`);
    return line === null ? null : parseStat(line);
  };
  const wasStartedWith = (pid: number, assignment: string): boolean | null => {
    const environment = readProc(`${folder}/${pid}/environ`) ?? '';
    return environment === '' ? null : environment.split('\0').includes(assignment);
  };
  return {
    entry,
    all: () =>
      pids()
        .map(entry)
        .filter((found) => found !== null),
    program: (pid) => readProc(`${folder}/${pid}/comm`)?.trimEnd() ?? null,
    startedWith: (assignment) => pids().filter((pid) => wasStartedWith(pid, assignment) === true),
    wasStartedWith,
    // `ShdPnd:	0000000000004000`: bit n - 1 for signal n.
    isPending: (pid, signal) => {
      const mask = /^ShdPnd:\s*([0-9a-f]+)$/m.exec(readProc(`${folder}/${pid}/status`) ?? '')?.[1] ?? '0';
      return ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
    },
    // `0.20 0.18 0.12 1/80 11206`
    latest: () => {
      const latest = Number(readProc(`${folder}/loadavg`)?.trim().split(' ').at(-1));
      return Number.isSafeInteger(latest) ? latest : null;
    },
  };
}

/** By `ps`, which shows the environment behind the command, set apart by blanks only: enough for a mark. */
export function psTable(): ProcessTable {
  const lines = (...args: string[]): string[] => ask('ps', args).split('\n');
  const showEnvironment = process.platform === 'darwin' ? '-E' : 'e';
  const startedWith = (assignment: string): number[] =>
    lines(showEnvironment, '-A', '-ww', '-o', 'pid=', '-o', 'command=')
      .map((line) => line.trim().split(/\s+/))
      .filter((words) => words.includes(assignment))
      .map(([pid]) => Number(pid));
  return {
    entry: (pid) => parsePs(ask('ps', [...PS_COLUMNS, '-p', String(pid)])),
    all: () =>
      lines('-A', ...PS_COLUMNS)
        .map(parsePs)
        .filter((found) => found !== null),
    program: (pid) => basename(ask('ps', ['-o', 'comm=', '-p', String(pid)]).trim()) || null,
    startedWith,
    wasStartedWith: (pid, assignment) => startedWith(assignment).includes(pid),
    isPending: () => false,
    latest: () => null,
  };
}

export const processTable: ProcessTable = process.platform === 'linux' ? procTable() : psTable();
