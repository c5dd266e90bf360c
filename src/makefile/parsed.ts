/** Task files as they were parsed last, so that one edited file among ten thousand costs the parsing of one. */
import type { ParsedFile } from '../backlog/parsed-file.js';
import type { Config } from '../config.js';
import { files } from '../record/files.js';
import { statePaths } from '../record/paths.js';
import { isRecord, parseJson } from '../record/shape.js';
import { targetPrefix } from './places.js';
import { programStamp } from './program.js';
import { decodeStamps, emptyStamps, encodeStamps, STAMP, sameStamp } from './stamps.js';
import type { Survey } from './survey.js';

/** A file's parsed form, by its path relative to the root; null where it has to be read. */
export type Parsed = (file: string) => ParsedFile | null;

/** What was kept of the files that are as they were. Never throws for a broken file of ours. */
export function readParsed(config: Config, seen: Survey | null): Parsed {
  const source = seen === null ? null : files.readText(statePaths(config.root).parsed);
  const value = source === null ? undefined : parseJson(source);
  if (seen === null || !isRecord(value) || value.program !== programStamp(config.root)) return () => null;
  const { paths, stamps, parsed } = value;
  if (!Array.isArray(paths) || !Array.isArray(parsed) || typeof stamps !== 'string') return () => null;
  const keptStamps = decodeStamps(stamps);
  const rowOf = new Map<unknown, number>(paths.map((path, row) => [path, row]));
  const kept = new Map<string, ParsedFile>();
  seen.paths.forEach((path, at) => {
    const file = targetPrefix(config) + path;
    const row = rowOf.get(file);
    // Nobody but `keepParsed` of this very program writes here: the shape need not be looked at ten thousand times.
    if (row !== undefined && sameStamp(seen.pathStamps, at, keptStamps, row)) kept.set(file, parsed[row] as ParsedFile);
  });
  return (file) => kept.get(file) ?? null;
}

/**
 * Keeps what was parsed. Not fsynced: it only spares work.
 * @param stamps of the survey's files, settled
 */
export function keepParsed(
  config: Config,
  seen: Survey,
  stamps: Float64Array,
  parsed: ReadonlyMap<string, { readonly parsed: ParsedFile }>,
): void {
  const rows = seen.paths.flatMap((path, row) => {
    const file = targetPrefix(config) + path;
    const one = parsed.get(file);
    return one === undefined ? [] : [{ file, row, parsed: one.parsed }];
  });
  const kept = emptyStamps(rows.length);
  rows.forEach(({ row }, at) => {
    kept.set(stamps.subarray(row * STAMP, (row + 1) * STAMP), at * STAMP);
  });
  const value = {
    program: programStamp(config.root),
    paths: rows.map(({ file }) => file),
    stamps: encodeStamps(kept),
    parsed: rows.map((row) => row.parsed),
  };
  files.writeIfChanged(statePaths(config.root).parsed, `${JSON.stringify(value)}\n`);
}
