/**
 * Stubs found by syntax (DESIGN "Stubs"). A file is decoded, parsed with its language's grammar, its functions are
 * asked for in one query, and classify.ts judges them by the language's profile. What cannot be read by syntax is read
 * by words, and the report says why.
 */
import type { Tree } from 'web-tree-sitter';
import { classify } from './classify.js';
import { decode, GENERATED, passedOver } from './decoding.js';
import { type Grammar, loadGrammar } from './grammar.js';
import { profileOf } from './languages.js';
import type { Profile } from './profile.js';
import type { SourceReport } from './report.js';
import { stubsByWords } from './words.js';

export interface StubDetector {
  /**
   * Reads one file; never throws for what stands in it. Grammars are loaded when a file wants one.
   * @param generatedToo whether a file that calls itself generated is read all the same
   */
  read(file: string, source: Uint8Array, generatedToo?: boolean): Promise<SourceReport>;
  close(): void;
}

/** Larger files are read by words: a tree costs about twenty times its text. */
const LARGEST = 2_000_000;
const PARSE_LIMIT_MS = 5_000;

/** Whether a file of that name is source of a language read by syntax. */
export function isSource(file: string): boolean {
  return profileOf(file) !== null;
}

export function stubDetector(): StubDetector {
  const grammars = new Map<string, Promise<Grammar>>();
  const grammarOf = (name: string): Promise<Grammar> => {
    const known = grammars.get(name) ?? loadGrammar(name);
    grammars.set(name, known);
    return known;
  };
  return {
    async read(file, source, generatedToo = false) {
      const profile = profileOf(file);
      if (profile === null) return nothing(file, 'no language is known by that name');
      const text = decode(source);
      const passed = passedOver(source, text);
      if (passed !== null && !(generatedToo && passed === GENERATED)) return nothing(file, passed);
      if (text.length > LARGEST) return byWords(file, text, `larger than ${LARGEST / 1e6} MB`);
      try {
        const grammar = await grammarOf(profile.grammar(file));
        return bySyntax(profile, grammar, file, text);
      } catch (error) {
        return byWords(file, text, `the parser failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    close() {
      // One that failed to load holds nothing.
      for (const grammar of grammars.values()) {
        grammar.then(
          (loaded) => loaded.close(),
          () => undefined,
        );
      }
      grammars.clear();
    },
  };
}

function bySyntax(profile: Profile, grammar: Grammar, file: string, text: string): SourceReport {
  const parsed = profile.loneMacros === undefined ? text : text.replace(profile.loneMacros, blanked);
  const tree: Tree | null = grammar.parse(parsed, PARSE_LIMIT_MS);
  if (tree === null) return byWords(file, text, `parsing took longer than ${PARSE_LIMIT_MS / 1000} s`);
  try {
    if (broken(tree, text)) return byWords(file, text, 'most of it is not of the language its name says');
    return { file, read: 'syntax', why: '', ...classify(profile, grammar, file, text, tree) };
  } finally {
    tree.delete();
  }
}

/** As many blanks, so that every offset stays. */
const blanked = (text: string): string => ' '.repeat(text.length);

/** Errors over more than half of the text: the grammar did not understand the file. */
function broken(tree: Tree, text: string): boolean {
  const root = tree.rootNode;
  if (!root.hasError) return false;
  if (root.isError) return true;
  let lost = 0;
  for (const child of root.children) if (child.isError) lost += child.endIndex - child.startIndex;
  return lost > text.trim().length / 2;
}

function byWords(file: string, text: string, why: string): SourceReport {
  return { file, read: 'words', why, functions: [], stubs: stubsByWords(file, text) };
}

function nothing(file: string, why: string): SourceReport {
  return { file, read: 'none', why, functions: [], stubs: [] };
}
