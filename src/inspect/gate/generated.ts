/** A file that calls itself generated is not looked into; a symbol that the task provides must not hide there. */
import { sameSymbol } from '../../backlog/named.js';
import type { Finding } from '../../record/receipt.js';
import { GENERATED } from '../stubs/decoding.js';
import type { SourceReader } from './reader.js';
import type { GateScope } from './scope.js';
import type { View } from './view.js';

/** What generators themselves leave unimplemented, to be embedded: `UnimplementedGreeterServer`. */
const LEFT_OPEN = /unimplemented|servicer$/i;

const calls = (path: string, view: View): boolean => {
  const report = view.reports.get(path);
  return report?.read === 'none' && report.why === GENERATED;
};

/** Stubs of provided symbols in changed files that call themselves generated. */
export async function behindTheMark(
  { task: { provides } }: GateScope,
  view: View,
  reader: SourceReader,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (provides.length === 0) return findings;
  for (const { path, now } of view.changed) {
    if (now === null || !calls(path, view)) continue;
    const { stubs } = await reader.readGenerated(path, now);
    for (const { kind, severity, line, symbol, message } of stubs) {
      if (severity !== 'error' || symbol.split(/[.:#]+/).some((part) => LEFT_OPEN.test(part))) continue;
      if (!provides.some((one) => sameSymbol(one, symbol))) continue;
      const said = `${message}, in a file that calls itself generated`;
      findings.push({ kind, severity, file: path, line, symbol, message: said });
    }
  }
  return findings;
}
