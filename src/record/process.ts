/** Which process is which: a pid alone says little, since it is given away again, and after a boot from the start. */
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { ask, processTable } from './process-table.js';

export { attachedProcesses, killMarked, markedProcesses } from './marked.js';

/** A process, for ever: host, boot, pid and start time together are never given away twice. */
export interface ProcessId {
  readonly host: string;
  /** '' where the system tells none. */
  readonly bootId: string;
  readonly pid: number;
  /** '' where it could not be told. */
  readonly startTime: string;
}

const INITIAL_PID_NAMESPACE = 'pid:[4026531836]';

let host: string | undefined;
let boot: string | undefined;

/**
 * The host's name; on macOS less its domain, which there changes with the network. In a container or a sandbox with pids
 * of its own these are part of it: the same number means another process there (`name/pid:[4026532198]`).
 */
export function thisHost(): string {
  if (host !== undefined) return host;
  const name = hostname();
  const short = process.platform !== 'darwin' || /^[\d.:]+$/.test(name) ? name : name.replace(/\..*$/, '');
  host = short;
  try {
    const namespace = fs.readlinkSync('/proc/self/ns/pid');
    if (namespace !== INITIAL_PID_NAMESPACE) host = `${short}/${namespace}`;
  } catch {
    // No Linux, or no such namespaces: one set of pids for the whole host.
  }
  return host;
}

/** Names this boot of the host; '' where the system tells none. */
export function bootId(): string {
  boot ??= readBootId();
  return boot;
}

function readBootId(): string {
  if (process.platform === 'linux') {
    try {
      return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    } catch {
      return '';
    }
  }
  return ask('sysctl', ['-n', 'kern.bootsessionuuid']).trim();
}

/** When a process started, in the system's own terms; null where there is no such process (any more). */
export function startTime(pid: number): string | null {
  const entry = processTable.entry(pid);
  return entry === null || entry.zombie ? null : entry.startTime;
}

let ourselves: ProcessId | undefined;

export function thisProcess(): ProcessId {
  ourselves ??= { host: thisHost(), bootId: bootId(), pid: process.pid, startTime: startTime(process.pid) ?? '' };
  return ourselves;
}

/** Name and pid namespace of a host. */
function partsOf(name: string): { machine: string; namespace: string } {
  const slash = name.indexOf('/');
  return slash === -1
    ? { machine: name, namespace: '' }
    : { machine: name.slice(0, slash), namespace: name.slice(slash) };
}

/**
 * Whether nothing can be known of that process from here: it belongs to another host, or to another set of pids of
 * this boot of this one.
 */
export function isElsewhere(other: ProcessId): boolean {
  const here = partsOf(thisHost());
  const there = partsOf(other.host);
  if (here.machine !== there.machine) return true;
  return !isEarlierBoot(other) && here.namespace !== there.namespace;
}

function isEarlierBoot(other: ProcessId): boolean {
  return bootId() !== '' && other.bootId !== '' && other.bootId !== bootId();
}

/**
 * Whether that very process is still there. Only false where it is certain to be gone: one elsewhere counts as alive
 * (`isElsewhere`), and so does one that may not be looked at.
 */
export function isAlive(other: ProcessId): boolean {
  if (isElsewhere(other)) return true;
  if (isEarlierBoot(other)) return false;
  const entry = processTable.entry(other.pid);
  if (entry === null) return answersSignals(other.pid);
  return !entry.zombie && (other.startTime === '' || entry.startTime === other.startTime);
}

/** For a process that the table does not show: /proc may be mounted so that other users' are hidden. */
function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether that very process started this one, or one that did, and so on. */
export function isAncestor(other: ProcessId): boolean {
  if (isElsewhere(other) || isEarlierBoot(other)) return false;
  for (let pid = process.ppid; pid > 1; ) {
    const entry = processTable.entry(pid);
    if (entry === null) return false;
    if (pid === other.pid) return other.startTime === '' || entry.startTime === other.startTime;
    pid = entry.parent;
  }
  return false;
}
