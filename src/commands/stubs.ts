import { existsSync, realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { CONFIG_FILE, type Config, defaultConfig, STATE } from '../config.js';
import { EXIT, type ExitCode, printable, refuse } from '../diagnostic.js';
import { type LedgerEntry, ledgerOf } from '../inspect/ledger.js';
import type { SourceReport, Stub } from '../inspect/stubs/report.js';
import { type Source, scan, sourcesAt } from '../inspect/stubs/scan.js';
import { symbolLine } from '../inspect/symbol-line.js';
import { knownBacklog } from '../makefile/known-backlog.js';
import { loadConfig } from '../record/load-config.js';
import { standingNow } from '../record/stands.js';
import { plural } from '../report/durations.js';
import { jsonText } from '../report/json.js';
import { knownToGit } from '../workspace/known-to-git.js';
import type { Command } from './command.js';

export const stubsCommand: Command = {
  name: 'stubs',
  takes: '[PATHS]',
  arity: [0, Number.POSITIVE_INFINITY],
  says: 'Find stubs by syntax, in the workspace or in PATHS; exits 1 where one is certain (an error), else 0.',
  example: 'stepladder stubs src --json',
  options: {
    json: { type: 'boolean', says: 'one JSON object a line' },
    ledger: { type: 'boolean', says: 'instead, who owes the removal of which stub, by the receipts' },
  },
  page: 'further',
  run({ root, args, options, print }) {
    const json = options.json === true;
    if (options.ledger !== true) return find(root, args, json, print);
    if (args.length > 0) {
      throw refuse('stubs --ledger takes no paths', 'stepladder stubs --ledger, or stepladder stubs PATHS');
    }
    return showLedger(loadConfig(root), json, print);
  },
};

type Print = (text: string) => void;

/** Outside a project nothing is configured, and nothing is to be left behind there. */
function configOf(root: string): Config {
  return existsSync(join(root, CONFIG_FILE)) || existsSync(join(root, STATE)) ? loadConfig(root) : defaultConfig(root);
}

/** What is named is looked into whatever git thinks of it; else only what git tracks or would track. */
function sourcesFor(root: string, paths: readonly string[]): Source[] {
  const config = configOf(root);
  const dir = resolve(root, config.workspace);
  const tree = { dir, ignore: config.stubs.ignore };
  const from = process.cwd();
  if (paths.length > 0) return sourcesAt(paths, from, tree);
  const known = knownToGit(dir);
  return sourcesAt([dir], from, tree)
    .filter(({ path }) => known === null || known.has(relative(realpathSync(dir), path)))
    .map(({ path }) => ({ path, shown: relative(from, path) }));
}

async function find(root: string, paths: readonly string[], json: boolean, print: Print): Promise<ExitCode> {
  const sources = sourcesFor(root, paths);
  const counts = { error: 0, warning: 0, exempt: 0 };
  for await (const report of scan(sources)) {
    const unread = unreadLine(report);
    if (unread !== null) process.stderr.write(`${unread}\n`);
    for (const stub of report.stubs) {
      counts[stub.exempt === null ? stub.severity : 'exempt'] += 1;
      if (stub.exempt === null) print(json ? jsonText(rowOf(stub), 0).trimEnd() : lineOf(stub));
    }
  }
  if (!json) print(summary(counts, sources.length));
  return counts.error > 0 ? EXIT.failed : EXIT.done;
}

/** What a program reads (DESIGN "Stubs"). */
function rowOf({ file, line, endLine, symbol, kind, severity, message }: Stub): unknown {
  return { file, line, endLine, symbol, kind, severity, message };
}

function lineOf({ file, line, severity, symbol, message, kind }: Stub): string {
  return printable(`${file}:${line}: ${severity}: ${symbol}: ${message} [${kind}]`);
}

function unreadLine({ file, read, why }: SourceReport): string | null {
  if (why === '') return null;
  return printable(`${file}: ${read === 'words' ? 'read by words only, not by syntax' : 'not looked into'}: ${why}`);
}

function summary(counts: { error: number; warning: number; exempt: number }, files: number): string {
  const { error, warning, exempt } = counts;
  const found = error + warning === 0 ? 'no stubs' : `${plural(error, 'error')}, ${plural(warning, 'warning')}`;
  return `${found} in ${plural(files, 'source file')}${exempt === 0 ? '' : `; ${exempt} exempted by stepladder-ok`}`;
}

interface Owed extends LedgerEntry {
  /** Where the symbol first stands in its file; null where it does not. */
  readonly line: number | null;
  /** Of the owner: `gone` is no task any more. */
  readonly state: 'pending' | 'deferred' | 'gone';
}

function showLedger(config: Config, json: boolean, print: Print): ExitCode {
  const backlog = knownBacklog(config);
  const dir = resolve(config.root, config.workspace);
  const owed = ledgerOf(config, backlog).entries.map((entry): Owed => {
    const owner = backlog.tasks.get(entry.owner);
    const standing = owner === undefined ? null : standingNow(config, owner);
    const deferred = standing?.kind === 'holds' && standing.state === 'deferred';
    const state = standing === null ? 'gone' : deferred ? 'deferred' : 'pending';
    return { ...entry, line: symbolLine(dir, entry.file, entry.symbol), state };
  });
  for (const entry of owed) print(json ? jsonText(entry, 0).trimEnd() : owedLine(entry));
  if (owed.length === 0 && !json) print('nobody owes a stub');
  return EXIT.done;
}

const STATES: Readonly<Record<Owed['state'], string>> = {
  pending: '',
  deferred: ' (deferred)',
  gone: ' (no task any more)',
};

function owedLine({ owner, state, symbol, file, line, leftBy }: Owed): string {
  const place = `${file}${line === null ? '' : `:${line}`}`;
  return printable(`${owner}${STATES[state]} owes ${symbol} in ${place}, left by ${leftBy}`);
}
