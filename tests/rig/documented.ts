/** The examples of the pages that people read: tests run them as they stand. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from './project.js';

/** The fenced blocks of one language in a section of a page, in order. @param page relative to the checkout */
export function blocks(page: string, section: string, language: string): string[] {
  const found: string[] = [];
  let inside = false;
  let block: { language: string; text: string } | null = null;
  for (const line of readFileSync(join(CHECKOUT, page), 'utf8').split('\n')) {
    if (block === null && line.startsWith('## ')) inside = line === `## ${section}`;
    if (!inside) continue;
    if (block !== null && line === '```') {
      if (block.language === language) found.push(block.text);
      block = null;
    } else if (block !== null) block.text += `${line}\n`;
    else if (line.startsWith('```')) block = { language: line.slice(3), text: '' };
  }
  return found;
}

/** The one block of that language in the section. @throws Error where there are more or none */
export function only(page: string, section: string, language: string): string {
  const [first, ...others] = blocks(page, section, language);
  if (first === undefined || others.length > 0) {
    throw new Error(`${page}: “${section}” has ${first === undefined ? 'no' : others.length + 1} ${language} blocks`);
  }
  return first;
}
