/**
 * Markup that cannot be broken into, as `md` is for Markdown: what is put together here is `Markup`, and a plain string
 * put into one is escaped, control characters and all. Runs in the program and in the report's page alike.
 */

/** Finished HTML or SVG. Made only by the functions of this file. */
export class Markup {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What XML has no way to write: with one of them in it, a drawing is no drawing at all. */
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text between tags, or within a quoted attribute. */
export function escaped(text: string): string {
  return text.replace(NO_XML, '').replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
}

type Value = string | number | Markup | readonly Markup[] | null;

/** A tagged template: what stands in it is markup, every plain string put into it is escaped, null is nothing. */
export function markup(words: TemplateStringsArray, ...values: readonly Value[]): Markup {
  let text = words[0] ?? '';
  values.forEach((value, at) => {
    if (value === null) text += '';
    else if (value instanceof Markup) text += value.text;
    else if (typeof value === 'object') text += value.map((one) => one.text).join('');
    else text += typeof value === 'number' ? String(value) : escaped(value);
    text += words[at + 1] ?? '';
  });
  return new Markup(text);
}

/** A number of a drawing: whole, or to a tenth. */
export function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
