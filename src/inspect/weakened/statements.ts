/**
 * A shell text as far as it matters to whether a check still checks: which commands it runs, and whether anybody hears
 * of it when one fails. No shell: what is too clever for it simply reads as another command.
 */

export interface Statement {
  /** Blanks made one, parentheses around it peeled off. */
  readonly command: string;
  /** Its failure is lost: `|| true`, `; true` after it, piped away, in the background. */
  readonly ignored: boolean;
  /** False for what cannot fail, or only says something. */
  readonly works: boolean;
}

const IDLE =
  /^(?:(?:true|:|\/(?:usr\/)?bin\/true|echo|printf|set|export|unset|local|readonly|cd|pwd|sleep|shift|umask)(?:\s.*)?|(?:exit|return)(?:\s+0)?|[A-Za-z_]\w*=\S*|then|else|fi|do|done|esac|;;|[{}()]+|function\s.*|\w+\s*\(\)\s*\{?)$/;
const LEAVES = /^exit(?:\s+0)?$/;

/** Separators outside of quotes and of `$(…)`. */
function split(text: string, at: (rest: string) => number): string[] {
  const parts: string[] = [];
  let part = '';
  let quote = '';
  let depth = 0;
  for (let i = 0; i < text.length; ) {
    const char = text[i] ?? '';
    const length = quote === '' && depth === 0 ? at(text.slice(i)) : 0;
    if (length > 0) {
      parts.push(part);
      part = '';
      i += length;
      continue;
    }
    if (char === '\\' && quote !== "'") {
      part += text.slice(i, i + 2);
      i += 2;
      continue;
    }
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (text.startsWith('$(', i)) depth += 1;
    else if (char === ')' && depth > 0) depth -= 1;
    else if (char === '#' && depth === 0 && /(?:^|\s)$/.test(part)) {
      // A comment, to the end of its line.
      const end = text.indexOf('\n', i);
      i = end === -1 ? text.length : end;
      continue;
    }
    part += char;
    i += 1;
  }
  return [...parts, part];
}

const ENDS = (rest: string): number => (/^(?:\n|;(?!;))/.test(rest) ? 1 : 0);
const EITHER = (rest: string): number => (rest.startsWith('||') ? 2 : 0);
const ALSO = (rest: string): number => (rest.startsWith('&&') ? 2 : 0);
const PIPE = (rest: string): number => (/^\|(?!\|)/.test(rest) ? 1 : 0);

function plain(command: string): string {
  const clean = command.trim().replace(/\s+/g, ' ');
  return /^[({]/.test(clean) ? clean.replace(/^(?:[({] ?)+|(?: ?[)}])+$/g, '') : clean;
}

const works = (command: string): boolean => command !== '' && !IDLE.test(command);

/** Of one line of a recipe, a script of package.json, a command: only what can be reached. */
export function statements(text: string): Statement[] {
  const pieces = split(text.replace(/\\\r?\n\s*/g, ' '), ENDS).filter((piece) => plain(piece) !== '');
  const stops = /(?:^|[\s;&])set\s+-\w*e/.test(text);
  const found: Statement[] = [];
  for (const [at, piece] of pieces.entries()) {
    const [first = '', ...others] = split(piece, EITHER);
    const forgiven = others.some((other) => !works(plain(other)));
    const lost = forgiven || (!stops && at < pieces.length - 1) || /(?:^|[^&>])&\s*$/.test(piece);
    for (const part of split(first, ALSO)) {
      const piped = split(part, PIPE);
      const pipefail = text.includes('pipefail');
      for (const [place, one] of piped.entries()) {
        const command = plain(one.replace(/&\s*$/, ''));
        if (LEAVES.test(command) && others.length === 0) return found;
        const unheard = lost || (place < piped.length - 1 && !pipefail);
        if (command !== '') found.push({ command, ignored: unheard, works: works(command) });
      }
    }
  }
  return found;
}

export interface Weakening {
  readonly certain: boolean;
  /** What happened, as a clause. */
  readonly what: string;
}

const heard = (list: readonly Statement[]): string[] =>
  list.filter((one) => one.works && !one.ignored).map(({ command }) => command);

/** Does not do it, but says what would be done, or something else about itself. */
const INSTEAD = /\s--?(?:version|help|dry-run|just-print|collect-only|exit-zero)\b/;

/** How a list of commands became weaker; null where it did not, or only differs in what could not fail. */
export function weakening(before: readonly Statement[], now: readonly Statement[]): Weakening | null {
  const was = heard(before);
  const is = heard(now);
  const lost = was.filter((command) => !is.includes(command));
  if (lost.length === 0) return null;
  const unheard = lost.find((command) => now.some((one) => one.command === command && one.ignored));
  if (unheard !== undefined) return { certain: true, what: `nobody hears any more whether “${unheard}” fails` };
  if (is.length === 0) return { certain: true, what: 'it runs nothing any more that could fail' };
  const added = is.filter((command) => !was.includes(command));
  if (added.length === 0) return { certain: true, what: `it no longer runs “${lost[0]}”` };
  const idle = added.find((command) => INSTEAD.test(command) && !INSTEAD.test(lost[0] ?? ''));
  if (idle !== undefined) return { certain: true, what: `it runs “${idle}” in place of “${lost[0]}”` };
  return { certain: false, what: `it runs “${added[0]}” in place of “${lost[0]}”` };
}
