/**
 * This folder tells Make what there is to do: it writes `.stepladder/tasks.mk`, which Make includes and schedules.
 *
 * This file: what the generator knew when it last wrote that, in columns rather than objects, so that ten thousand
 * tasks are read back in a few milliseconds. Loaded by the fast paths.
 */
import type { Config } from '../config.js';
import { files } from '../record/files.js';
import { statePaths } from '../record/paths.js';
import { type Guard, has, listOf, object, orNull, parseJson, text, truth } from '../record/shape.js';
import type { Standing } from '../record/standing.js';
import { programStamp } from './program.js';
import { decodeStamps, encodeStamps } from './stamps.js';

declare const STEPLADDER_VERSION: string;

/** Raised when the columns change their meaning. */
const FORMAT = 1;

/** Columns in the order of `names`, which is topological: a dependency stands before whoever needs it. */
export interface Known {
  /** Of every Markdown file that may be a task, relative to the tasks folder, in the order the survey found them. */
  readonly paths: readonly string[];
  readonly pathStamps: Float64Array;
  readonly names: readonly string[];
  /** Which of `paths` each task is. */
  readonly pathOf: Int32Array;
  /** The dependencies of task i are `edges[firstEdge[i]]` up to, without, `edges[firstEdge[i + 1]]`. */
  readonly firstEdge: Int32Array;
  readonly edges: Int32Array;
  /** One letter of `LETTERS` for each task. */
  readonly kinds: string;
  readonly receiptStamps: Float64Array;
  /** One stamp: of tasks.mk as it was written; like no other where the next generator has to write it in any case. */
  readonly tasksMk: Float64Array;
}

/** What only a generator that has to look again wants to know, in the order of `names` as well. */
export interface KnownDetails {
  readonly fingerprints: readonly string[];
  readonly essences: readonly string[];
  /** The work id in each task's receipt. */
  readonly works: readonly (string | null)[];
  /** Something had to be said about the backlog: it must be loaded again, for it to be said again. */
  readonly told: boolean;
}

/** `deferred`: holds, but nobody did the work. */
export type StandingKind = Standing['kind'] | 'deferred';

export function doesHold(kind: StandingKind): boolean {
  return kind === 'holds' || kind === 'deferred';
}

const LETTERS: Readonly<Record<StandingKind, string>> = {
  holds: 'h',
  deferred: 'd',
  missing: 'm',
  inputs: 'i',
  conditions: 'c',
  edited: 'e',
  unbelieved: 'b',
  unreadable: 'u',
};
const KINDS = new Map(Object.entries(LETTERS).map(([kind, letter]) => [letter, kind as StandingKind]));

export function kindsText(kinds: readonly StandingKind[]): string {
  return kinds.map((kind) => LETTERS[kind]).join('');
}

export function kindOf(known: Pick<Known, 'kinds'>, task: number): StandingKind {
  return KINDS.get(known.kinds.charAt(task)) ?? 'missing';
}

interface FirstLine {
  readonly key: string;
  readonly paths: readonly string[];
  readonly pathStamps: string;
  readonly names: readonly string[];
  readonly pathOf: string;
  readonly firstEdge: string;
  readonly edges: string;
  readonly kinds: string;
  readonly receiptStamps: string;
  readonly tasksMk: string;
}

/** A list of ten thousand, looked at without making a path for each item. */
const texts: Guard<readonly string[]> = (value, at) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? null : `${at} is no list of texts`;

const firstLine = object<FirstLine>({
  key: text,
  paths: texts,
  pathStamps: text,
  names: texts,
  pathOf: text,
  firstEdge: text,
  edges: text,
  kinds: text,
  receiptStamps: text,
  tasksMk: text,
});

const details = object<KnownDetails>({
  fingerprints: texts,
  essences: texts,
  works: listOf(orNull(text)),
  told: truth,
});

function encodeIndexes(indexes: Int32Array): string {
  return Buffer.from(indexes.buffer, indexes.byteOffset, indexes.byteLength).toString('base64');
}

function decodeIndexes(encoded: string): Int32Array {
  const bytes = Buffer.from(encoded, 'base64');
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** For what the cache holds: another configuration, tasks folder or program makes it worthless. */
function keyOf(config: Config): string {
  return JSON.stringify([FORMAT, STEPLADDER_VERSION, config.hash, config.tasks, programStamp(config.root)]);
}

/** Both lines of the cache, the second still as text; null where there is none for this configuration and program. */
function readLines(config: Config): { first: FirstLine; second: string } | null {
  const source = files.readText(statePaths(config.root).cache);
  if (source === null) return null;
  const end = source.indexOf('\n');
  const first = end === -1 ? undefined : parseJson(source.slice(0, end));
  if (!has(firstLine, first) || first.key !== keyOf(config)) return null;
  return { first, second: source.slice(end + 1) };
}

function known(first: FirstLine): Known | null {
  const columns: Known = {
    paths: first.paths,
    pathStamps: decodeStamps(first.pathStamps),
    names: first.names,
    pathOf: decodeIndexes(first.pathOf),
    firstEdge: decodeIndexes(first.firstEdge),
    edges: decodeIndexes(first.edges),
    kinds: first.kinds,
    receiptStamps: decodeStamps(first.receiptStamps),
    tasksMk: decodeStamps(first.tasksMk),
  };
  const count = columns.names.length;
  const whole =
    columns.pathOf.length === count &&
    columns.firstEdge.length === count + 1 &&
    columns.kinds.length === count &&
    columns.edges.length === (columns.firstEdge[count] ?? -1);
  return whole ? columns : null;
}

/** What was known, or null where nothing was, or what was is of no use any more. Never throws for a broken cache. */
export function readKnown(config: Config): Known | null {
  const lines = readLines(config);
  return lines === null ? null : known(lines.first);
}

/** As `readKnown`, with the details. */
export function readKnownWhole(config: Config): (Known & KnownDetails) | null {
  const lines = readLines(config);
  const columns = lines === null ? null : known(lines.first);
  const more = lines === null ? undefined : parseJson(lines.second);
  if (columns === null || !has(details, more) || more.works.length !== columns.names.length) return null;
  return { ...columns, ...more };
}

/** Not fsynced: it only spares work. */
export function writeKnown(config: Config, what: Known & KnownDetails): void {
  const first: FirstLine = {
    key: keyOf(config),
    paths: what.paths,
    pathStamps: encodeStamps(what.pathStamps),
    names: what.names,
    pathOf: encodeIndexes(what.pathOf),
    firstEdge: encodeIndexes(what.firstEdge),
    edges: encodeIndexes(what.edges),
    kinds: what.kinds,
    receiptStamps: encodeStamps(what.receiptStamps),
    tasksMk: encodeStamps(what.tasksMk),
  };
  const { fingerprints, essences, works, told } = what;
  const second: KnownDetails = { fingerprints, essences, works, told };
  files.writeIfChanged(statePaths(config.root).cache, `${JSON.stringify(first)}\n${JSON.stringify(second)}\n`);
}
