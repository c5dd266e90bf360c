/**
 * What the classifier must know of a language, as data: one file per language in profiles/. The classifier itself
 * (functions, bodies, values, tests) knows no language; a profile knows no rule.
 */

/** Node types of the grammar, by the part they play. A type that is named nowhere counts as work. */
export interface Syntax {
  /** Lists of statements: the children are looked at one by one. */
  readonly blocks: readonly string[];
  readonly returns: readonly string[];
  readonly throws: readonly string[];
  /** Worth what they hold: expression statements, parentheses, casts, `await`, `&x`. Types inside are skipped. */
  readonly transparent: readonly string[];
  readonly types: readonly string[];
  readonly calls: readonly string[];
  readonly argumentLists: readonly string[];
  /** `new X(…)`, `X{…}`, struct literals: worth what they are made of. */
  readonly constructs: readonly string[];
  /** Literals in brackets and their entries. */
  readonly collections: readonly string[];
  /** `key: value` inside them: worth the value, which comes last. */
  readonly pairs: readonly string[];
  /** What is an assignment elsewhere, and inside their brackets a pair: `new X { Name = value }`. */
  readonly settings?: readonly string[];
  /** Begins with a name that is none of its values: the opening tag of an element. */
  readonly tags?: readonly string[];
  readonly literals: readonly string[];
  /** Strings whose children are substitutions; with such a child they are worth what it is. */
  readonly strings: readonly string[];
  readonly identifiers: readonly string[];
  readonly members: readonly string[];
  /** Declarations and assignments; the last child is the value. */
  readonly declarations: readonly string[];
  /** Functions within functions, as statements or values: worth what they give back. The last child is the body. */
  readonly closures?: readonly string[];
  /** Statements that do nothing: `;`, `pass`. */
  readonly empty: readonly string[];
  /** The value of the last statement is the result (Rust, Ruby). */
  readonly lastIsResult?: boolean;
}

/** Patterns over the text of single expressions and names; anchored where a part would not do. */
export interface Words {
  /** Expressions that are no value at all: `null`, `None`, `()`. */
  readonly nothing: RegExp;
  readonly yes: RegExp;
  readonly no: RegExp;
  /** Callees that give back what they are given: `Ok`, `Promise.resolve`, `std::move`, `.clone`. */
  readonly wraps: RegExp;
  /** Callees that make an empty or default value: `list`, `Vec::new`, `Collections.emptyList`. */
  readonly makesEmpty: RegExp;
  /** Callees that make a value of their constant arguments, or make one up: `json!`, `UUID.randomUUID`. */
  readonly makesCanned: RegExp;
  /** Callees that log or print. */
  readonly logs: RegExp;
  /** Statements that log without a call: `std::cout << "done"`. */
  readonly streams?: RegExp;
  /** Callees that only take time. */
  readonly waits: RegExp;
  /** Callees that end the program or the test, or make an error of their message: a marker in it decides. */
  readonly fails: RegExp;
  /** Whole expressions that say by themselves that nothing is there: `todo!()`. */
  readonly unimplemented: RegExp;
  /** What looks like a marker and is an answer, returned from a branch: Python's `NotImplemented`. */
  readonly answers?: RegExp;
  /** Statements that only quiet a compiler about an unused name: `(void)x;`, `_ = x`. */
  readonly quiets: RegExp;
  /** Names of constants, where an identifier alone is one: `STATUS_OK`, `Color.RED`. */
  readonly constants: RegExp;
  /** Results that are the object itself, for chaining: `self`, `this`. */
  readonly itself: RegExp;
}

/** One function as the classifier asks a profile about it; all texts are slices of the source. */
export interface Seen {
  readonly name: string;
  /** Attributes, modifiers, name, parameters and result: everything before the body. */
  readonly head: string;
  readonly parameters: string;
  readonly result: string;
  /** The body's text, without comments. */
  readonly code: string;
  /** The type it belongs to, and what that extends; '' outside one. */
  readonly container: string;
  readonly bases: string;
  /** Its documentation, attributes, modifiers and name. */
  readonly containerHead: string;
  readonly file: string;
}

export interface TestRules {
  /** Files that hold tests, by path. */
  readonly files: RegExp;
  /** What a file includes or imports, in its first lines, when it holds tests whatever its path. */
  readonly frameworks?: RegExp;
  /** Heads of modules and classes that hold tests and what serves them, in any file. */
  readonly inside?: RegExp;
  /** Whether a function is a test of some framework, by its head and name. */
  readonly isTest: (seen: Seen, testFile: boolean) => boolean;
  /** The head says that it is skipped, whatever the platform. */
  readonly skippedHead: RegExp;
  /** The head says that this one alone is run, and every other skipped. */
  readonly aloneHead?: RegExp;
  /** A head that skips only under a condition, or hands the test to another runner. */
  readonly conditionalHead: RegExp;
  /** A statement of the body, first of all, that skips the rest. */
  readonly skips: RegExp;
  /** Anything in the body that asserts, or may: helpers by name too. */
  readonly asserts: RegExp;
  /** One assertion over constants alone. */
  readonly vacuous: RegExp;
  /** Tests are made within tests by the language's own framework (Go); elsewhere one within a test is its subject. */
  readonly subtests?: boolean;
  /** Tests that pass by not failing: benchmarks, examples, `should_panic`. */
  readonly exempt: RegExp;
}

/** Matches nothing. */
export const NEVER = /(?!)/;

export interface Profile {
  readonly name: string;
  readonly extensions: readonly string[];
  /** By a file's name; almost always the profile's own. */
  readonly grammar: (file: string) => string;
  /**
   * Matches: `@function` with `@name`, `@body`, and where there are any `@parameters`, `@result`; `@test` with `@name`
   * (a title) and perhaps `@body`, and `@callee`; `@start` where it begins later than its node; `@container` with `@name` and perhaps `@bases`; `@comment`;
   * `@attribute`, which belongs to the function that follows; `@conditional`, what only some platforms compile.
   */
  readonly query: string;
  /** Further patterns, asked only of a file that looks like tests. */
  readonly testQuery?: string;
  readonly syntax: Syntax;
  readonly words: Words;
  readonly tests: TestRules;
  /** Abstract methods are written as errors here, as `raise NotImplementedError` is: one without words of its own may be. */
  readonly bareErrorIsAbstract?: boolean;
  /** Macros alone on their line that the grammar would take for the type of what follows; global, multiline. */
  readonly loneMacros?: RegExp;
  /** Between the parts of a symbol: `.`, `::`. */
  readonly separator: string;
  /** A symbol from its containers and its name as it stands, where a separator between all of them would not do. */
  readonly symbolOf?: (seen: Seen, containers: readonly string[]) => string;
  /** Heads, and file names or file headers, that say "only on some platforms"; `NEVER` where a language has none. */
  readonly conditionalHead: RegExp;
  readonly conditionalFile: RegExp;
  readonly nameOf?: (seen: Seen) => string;
  /** Names of the parameters, `_` for those without. */
  readonly parameterNames: (parameters: string) => readonly string[];
  /** Called by a framework, by more than its name: Qt's events. */
  readonly hook?: (seen: Seen) => boolean;
  /** Constructors and the like: their emptiness promises nothing. */
  readonly constructors: (seen: Seen) => boolean;
  /** Whether somebody else is to fill it: abstract, interface default, protocol, overload, declaration. */
  readonly abstract: (seen: Seen) => boolean;
  /** An override or a method demanded by an interface: its shape is not its own choice. */
  readonly demanded: (seen: Seen) => boolean;
  /** Whether the declared result is nothing at all; null where the language does not say. */
  readonly returnsNothing: (seen: Seen) => boolean | null;
}
