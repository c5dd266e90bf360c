/** Where a name is defined, told by words alone: of what no grammar reads, and of what is no function. */
import { bareSymbol } from '../../backlog/named.js';
import type { Stub } from '../stubs/report.js';
import { stubsByWords } from '../stubs/words.js';

/** Talk of a name, or data that holds it: nothing is defined there. */
export function isProse(file: string): boolean {
  return /\.(?:md|markdown|txt|rst|adoc|org|json|ya?ml|toml|xml|html?|css|csv|tsv|svg|lock|log|ini|cfg|po|diff|patch)$/i.test(
    file,
  );
}

const KEYWORDS =
  'class|struct|enum|union|type|typedef|interface|trait|protocol|module|namespace|record|const|let|var|val|static|define|def|defp|defn|fn|fun|func|function|sub|proc|macro_rules!';
/** What a line may begin with that uses a name and defines none. */
const USES = 'return|throw|raise|goto|delete|yield|await|import|from|using|use|export|include|require';

/** The first line on which a text defines a name, from 1; null where none does. */
export function definitionLine(symbol: string, text: string): number | null {
  const name = bareSymbol(symbol).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const whole = `(?<![\\w$])${name}(?![\\w$])`;
  const forms = [
    `\\b(?:${KEYWORDS})\\b[^\\n;(){}=]*${whole}`,
    // `name = …`, `name: type = …`, `name := …`; a shell's `name() {`.
    `^[ \\t]*${whole}[ \\t]*(?:(?::[^:=\\n]*)?:?=(?!=)|\\(\\)[ \\t]*\\{)`,
    // `type name = …`, `type name[3];`
    `^(?![ \\t]*(?:${USES})\\b)[\\w:<>, \\t*&]+[ \\t*&]${whole}[ \\t]*(?:=(?!=)|;|\\[)`,
  ];
  const at = new RegExp(forms.join('|'), 'mu').exec(text)?.index;
  return at === undefined ? null : text.slice(0, at).split('\n').length + leadingLines(text, at);
}

/** A match may begin with the end of the line before. */
function leadingLines(text: string, at: number): number {
  return text[at] === '\n' ? 1 : 0;
}

/** As far below its first line as a function's own words are looked for. */
const REACH = 40;
const ANY_DEFINITION = new RegExp(`^\\s*(?:[\\w@]+\\s+)*(?:${KEYWORDS})\\s+[\\w.$:]+\\s*\\(`);

/** The stub that the words between a name's definition and the next one tell of; null where they tell of none. */
export function stubByWords(symbol: string, file: string, text: string, line: number): Stub | null {
  const lines = text.split('\n');
  const next = lines.findIndex((one, at) => at >= line && ANY_DEFINITION.test(one));
  const end = Math.min(next === -1 ? lines.length : next, line + REACH);
  const found = stubsByWords(file, text).find((stub) => stub.line >= line && stub.line <= end);
  return found === undefined ? null : { ...found, symbol, line, endLine: found.line };
}
