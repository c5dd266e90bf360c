/** What a symbol that nothing defines may be called where it is defined: a vtable's member, another type's method. */
import { bareSymbol } from '../../backlog/named.js';

/** `openaiStartStream` and `openai_start_stream` are openai, start, stream. */
function wordsOf(symbol: string): string[] {
  return bareSymbol(symbol)
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .split('_')
    .filter((word) => word !== '');
}

/** Whether a function is called as that symbol is, with something before it. */
export function endsAlike(symbol: string, called: string): boolean {
  const [asked, own] = [wordsOf(symbol), wordsOf(called)];
  return asked.length > 0 && own.slice(-asked.length).join() === asked.join();
}

/** What a text puts into members of that name: `.start_stream = openai_start`, `start: begin`, `ops->start = &begin`. */
export function putInto(symbol: string, text: string): string[] {
  const name = bareSymbol(symbol).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const put = new RegExp(
    `(?<![\\w$])["']?${name}["']?\\s*(?::|=(?!=))\\s*&?([\\p{L}_$][\\p{L}\\p{N}_$.:]*)(?!\\s*\\()`,
    'gu',
  );
  return [...new Set([...text.matchAll(put)].map(([, value = '']) => value))];
}
