/** The items of a checklist as they are written: their words, the bullets below them, the scripts in them. */

export interface ChecklistItem {
  readonly indent: number;
  readonly checkbox: boolean;
  /** The item's own words, then those of each plain bullet below it; continuation lines joined. */
  readonly parts: string[];
  /** Fenced `sh` blocks that belong to it. */
  readonly scripts: string[];
}

export interface Checklist {
  readonly items: readonly ChecklistItem[];
  /** Fenced `sh` blocks outside of any item. */
  readonly scripts: readonly string[];
  /** Lines that belong to no item and no fence, without blanks around them. */
  readonly prose: readonly string[];
}

const BULLET = /^[ ]*(?:[-*+]|\d+[.)])[ ]+(?:\[([ xX])\](?:[ ]+|$))?/;
const FENCE = /^[ ]*(`{3,}|~{3,})[ ]*([^\s`]*)[^`]*$/;

interface OpenFence {
  readonly mark: string;
  readonly indent: number;
  /** Where its script goes; null for a fence of another language. */
  readonly into: string[] | null;
  readonly lines: string[];
}

/**
 * The checklist in a section.
 * Where it holds checkboxes, only they are items, and a plain bullet below one is part of its text; a list without
 * any checkbox is a checklist all the same. A checkbox below another is an item of its own.
 * @param section the text below the section's heading
 */
export function readChecklist(section: string): Checklist {
  const items: ChecklistItem[] = [];
  const scripts: string[] = [];
  const prose: string[] = [];
  let current: ChecklistItem | null = null;
  let fence: OpenFence | null = null;
  let comment = false;
  let afterBlank = false;
  for (const raw of section.split(/\r?\n/)) {
    const line = raw.replaceAll('\t', '    ').replace(/^ {0,3}> ?/, '');
    if (fence !== null) {
      if (closes(line, fence.mark)) {
        fence.into?.push(scriptFrom(fence));
        fence = null;
      } else fence.lines.push(raw.replaceAll('\r', ''));
      continue;
    }
    if (comment || /^ *<!--/.test(line)) {
      comment = !line.includes('-->');
      continue;
    }
    if (line.trim() === '') {
      afterBlank = true;
      continue;
    }
    const bullet = BULLET.exec(line);
    const words = bullet === null ? line : line.slice(bullet[0].length);
    const indent = indentOf(line);
    if (bullet !== null) current = itemFor(items, indent, bullet[1] !== undefined);
    else if (/^ {0,3}#/.test(line) || (afterBlank && current !== null && indent <= current.indent)) current = null;
    afterBlank = false;
    const opening: RegExpExecArray | null = FENCE.exec(words);
    if (opening !== null) {
      const owner: ChecklistItem | null =
        bullet !== null || (current !== null && indent > current.indent) ? current : null;
      const into: string[] | null = opening[2]?.toLowerCase() === 'sh' ? (owner?.scripts ?? scripts) : null;
      fence = { mark: opening[1] ?? '', indent: bullet?.[0].length ?? indent, into, lines: [] };
    } else if (bullet !== null) current?.parts.push(words.trim());
    else if (current !== null) current.parts.push(`${current.parts.pop() ?? ''} ${words.trim()}`.trim());
    else prose.push(words.trim());
  }
  fence?.into?.push(scriptFrom(fence));
  const boxes = items.filter((item) => item.checkbox);
  return { items: boxes.length > 0 ? boxes : items, scripts, prose };
}

/** The item that a bullet begins, or, for a plain one that stands below another, that other. */
function itemFor(items: ChecklistItem[], indent: number, checkbox: boolean): ChecklistItem {
  const above = checkbox ? undefined : items.findLast((item) => item.indent < indent);
  if (above !== undefined) return above;
  const item: ChecklistItem = { indent, checkbox, parts: [], scripts: [] };
  items.push(item);
  return item;
}

function closes(line: string, mark: string): boolean {
  const found = /^[ ]*(`{3,}|~{3,})[ ]*$/.exec(line)?.[1];
  return found !== undefined && found[0] === mark[0] && found.length >= mark.length;
}

/** A fence's lines, moved out by its own indentation. */
function scriptFrom({ indent, lines }: OpenFence): string {
  return lines
    .map((line) => line.slice(Math.min(indent, indentOf(line))))
    .join('\n')
    .trim();
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
