/**
 * The Tree-sitter runtime and its grammars: loaded when the first file wants one, never before. They lie beside the
 * bundle (dist/grammars, put there by scripts/build.mjs); tests are bundled elsewhere and find them from above.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { Language, Parser, Query, type Tree } from 'web-tree-sitter';

/** Looked for upwards from the running file. */
function grammarFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    for (const place of [join(folder, 'grammars'), join(folder, 'dist', 'grammars')]) {
      if (existsSync(join(place, 'manifest.json'))) return place;
    }
    if (dirname(folder) === folder)
      throw new Error('grammars/ is missing beside the program: install stepladder again');
  }
}

export interface Grammar {
  /** Null when it took longer than the limit. The caller deletes the tree, after everything that came from it. */
  parse(text: string, limitMs: number): Tree | null;
  query(source: string): Query;
  close(): void;
}

let runtime: Promise<void> | null = null;

export async function loadGrammar(name: string): Promise<Grammar> {
  const folder = grammarFolder();
  const wasm = (file: string): Uint8Array => brotliDecompressSync(readFileSync(join(folder, file)));
  runtime ??= Parser.init({ wasmBinary: readFileSync(join(folder, 'web-tree-sitter.wasm')) });
  await runtime;
  const language = await Language.load(wasm(`${name}.wasm.br`));
  const queries = new Map<string, Query>();
  let parser = new Parser().setLanguage(language);
  return {
    parse(text, limitMs) {
      const end = performance.now() + limitMs;
      try {
        const tree = parser.parse(text, null, { progressCallback: () => performance.now() > end });
        if (tree === null) parser.reset();
        return tree;
      } catch (error) {
        // What a trap in wasm leaves behind is not to be trusted with the next file.
        parser = new Parser().setLanguage(language);
        throw error;
      }
    },
    query(source) {
      const known = queries.get(source) ?? new Query(language, source);
      queries.set(source, known);
      return known;
    },
    close() {
      for (const query of queries.values()) query.delete();
      queries.clear();
      parser.delete();
    },
  };
}
