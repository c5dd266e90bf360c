/** C: errors are returned numbers, tests are functions of a dozen small frameworks, unused parameters are cast to void. */
import { NEVER, type Profile, type Seen } from '../profile.js';

export const C_ASSERTS =
  /(?<![.>])\b(?:[A-Za-z]+_)*(?:(?:assert|check|expect|require|verify|fail|munit|equal|should|compare|ensure|TEST_(?:ASSERT|CHECK|EQUAL|FAIL))\w*|(?:pass(?:es)?|must|cmp|ok|is)(?:_\w*)?)\s*\(|\b(?:CU_|ck_|TEST_|mu_|EXPECT|ASSERT|CHECK|REQUIRE|SCM_)\w*\s*\(|\babort\s*\(|\b_?exit\s*\(\s*(?!0|EXIT_SUCCESS)|\bfailed?\s*(?:\+\+|=)|\breturn\s+[^0;][^;]*;/i;

/** Assertions by their usual names over constants; a project's own helpers may well be handed some. */
export const C_VACUOUS =
  /\bBOOST_(?:TEST|CHECK|REQUIRE)\s*\(\s*(?:true|1|!false)\s*\)|\b(?:(?:ck|cr|mu|mp|g|cl|CU|TEST|munit|greatest|ut|lok)_)?(?:assert|check|expect|require|verify|ok)(?:_true|_that|_msg|_is_true|_int_eq|_int_equal|_equal(?:_int)?|_eq|_not_null)?\s*\(\s*(?:1|true|TRUE|!0|!false|\d[\d\s.+*/%-]*(?:==|,)\s*\d[\d\s.+*/%-]*|true\s*(?:==|,)\s*true)\s*(?:,\s*"[^"]*"\s*)?\)|\b(?:\w+_)?(?:assert|expect|require|check)_?(?:is_)?false\s*\(\s*(?:0|false)\s*\)|\bassert\s*\(\s*"[^"]*"\s*\)|\bTEST_PASS\w*\s*\(\s*(?:"[^"]*")?\s*\)|\bSUCCEED\s*\(\s*(?:"[^"]*")?\s*\)|\breturn\s+(?:MUNIT_OK|EXIT_SUCCESS|true|TEST_PASS(?:ED)?|PASS(?:ED)?)\s*;/i;

/** Headers of the usual frameworks, and of the one-file ones that projects write for themselves. */
export const C_FRAMEWORKS =
  /#\s*include\s*[<"](?:[\w./-]*\/)?(?:cmocka|unity(?:_fixture)?|check|criterion|munit|greatest|minunit|CUnit|Basic|acutest|utest|gtest|gmock|doctest|catch(?:_all|_test_macros|_amalgamated)?|boost_test|unit_test|QtTest|CppUTest|TestHarness|snow|tau|novaprova|np)(?:[\w/]*)\.(?:h|hpp)[>"]|#\s*include\s*[<"](?:QtTest|QTest|boost\/test\/|catch2\/|doctest\/)/;

export const C_LOGS =
  /^(?:std::)?(?:f|v|vf|d|w)?printf$|^(?:std::)?f?puts$|^putchar$|^perror$|^f?write$|^(?:\w+_)*(?:log|trace|debug|warn|warning|info|notice|msg|message|printk|print|error_log|LOG|DBG)(?:_\w+|f)?$|^pr_\w+$|^dev_(?:info|dbg|warn|err)$|^(?:[A-Z]+_)*(?:LOG|TRACE|DEBUG|WARN|INFO|DBG)\w*$|^(?:[\w:]+(?:\.|->|::))*(?:spdlog::|log(?:ger)?(?:_|\(\))?(?:\.|->|::))\w+$|^syslog$|^err$|^warnx?$|^std::print(?:ln)?$|^q(?:Debug|Warning|Info|Critical)$|^OutputDebugString\w*$/;

/** The last word of each parameter; `_` prefixed where there is no name. */
export function cParameters(parameters: string): readonly string[] {
  return parameters
    .replace(/^\(|\)$/g, '')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\[\[\s*maybe_unused\s*\]\]/g, '__unused ')
    .replace(/<[^<>]*>|<[^<>]*<[^<>]*>[^<>]*>|\([^()]*\)(?!\s*\()|\[[^\]]*\]|\s*=[^,]*/g, (part) =>
      /^\(\s*\*\s*\w+\s*\)$/.test(part) ? part : '',
    )
    .replace(/\w+::/g, '')
    .split(',')
    .map((part) => part.replace(/\b__attribute__\b/g, ' ').trim())
    .filter((part) => part !== '' && part !== 'void' && part !== '...')
    .map((part) => {
      if (/UNUSED|\bmaybe_unused\b|\b__unused\b/.test(part)) return '_';
      const pointer = /\(\s*\*\s*(\w+)\s*\)/.exec(part)?.[1];
      if (pointer !== undefined) return pointer;
      const words = part.match(/\w+/g) ?? [];
      const named =
        words.length > 1 &&
        !/[*&]\s*$/.test(part) &&
        !/^(?:const )?(?:struct|enum|union|unsigned|signed|long|const)\s+\w+$/.test(part);
      return named ? (words.at(-1) ?? '_') : '_';
    });
}

/** `Test(suite, name, .disabled = true) { … }`: what is no function to the grammar is a call, and a block behind it. */
export const C_TEST_QUERY = `
    ((expression_statement (call_expression function: (identifier) @callee arguments: (argument_list) @name)) @test . (compound_statement) @body
      (#match? @callee "^(Test|ParameterizedTest|Theory|START_TEST|[A-Z_]*TEST(_[A-Z]+)*|SCENARIO)$"))`;

/** Files that hold what only one system has, or lacks: their "not implemented" is an answer of that system. */
export const PLATFORM_FILE =
  /^(?=[^\n]*$)[^\n]*?(?:(?:^|[/_.-])(?:no|stubs?|dummy|null|unsupported|win(?:32|64|dows|nt)?|w32|posix|unix|darwin|macos(?:x)?|mac|apple|linux|android|freebsd|netbsd|openbsd|bsd|sunos|solaris|aix|ibmi|hpux|haiku|hurd|cygwin|msys|mingw|qnx|os2|os390|os400|vms|amiga|riscos|wasm|wasi|emscripten|ios|fuchsia|dos|symbian)(?:[_.-][^/]*)?\.(?:c|h|cc|cpp|cxx|hpp|hh|mm)$|(?:^|\/)(?:win(?:32|64|dows|nt)?|unix|posix|darwin|macosx?|linux|android|[a-z]*bsd|sunos|solaris|aix|os2|os390|os400|vms|amiga|riscos|wasm|wasi|ios|compat|port(?:ability)?|platform|arch)\/)/i;

const TEST_MACRO =
  /\b(?:START_TEST|Test|Theory|ParameterizedTest|SCENARIO|CTEST\w*|UTEST\w*|ZTEST\w*|[A-Z_]*TEST(?:_[A-Z]+)*)\s*\(([^()]*)/;

/** A test's own name among the arguments of the macro: the title, or the second of suite and name. */
export function macroName({ name, head }: Pick<Seen, 'name' | 'head'>): string {
  // `static int __init start(void)` leaves the grammar the parameters for a name; `void (lua_pop) (…)` is no macro.
  if (name === 'void') return /(\w+)\s*\(\s*void\s*\)\s*$/.exec(head)?.[1] ?? name;
  const shielded = /\s\(\s*(\w+)\s*\)$/.exec(name)?.[1];
  if (shielded !== undefined) return shielded;
  const list = /^\(/.test(name) ? name : (TEST_MACRO.exec(head)?.[1] ?? null);
  if (list === null) return name;
  const title = /"((?:[^"\\]|\\.)*)"/.exec(list)?.[1];
  if (title !== undefined) return title;
  const parts = list
    .replace(/[()]/g, '')
    .split(',')
    .map((part) => part.trim());
  return (/^\w+$/.test(parts[1] ?? '') ? parts[1] : parts[0]) || name;
}

const TEST_NAME = /^(?:test|Test|TEST)(?:_|[A-Z\d]|$)|^(?:it|should|check)_|_tests?$/;
/** One that a runner can call: with nothing, or with the state that its framework hands around. */
const RUNNABLE =
  /^\(\s*(?:void)?\s*\)$|\(\s*(?:void\s*\*+|const MunitParameter|struct kunit\s*\*|(?:\w+_)?(?:state|ctx|context|fixture|t|tc|test)\w*\s*\*)/;
const STATEFUL = /\(\s*void\s*\*\*\s*\w*\s*\)/;
const BESIDE_TESTS =
  /^(?:main|suite\w*|run_?\w*|fixture\w*)$|(?:^|_)(?:set_?up|tear_?down|initiali[sz]e|clean_?up|init|fini|ctor|dtor|fixture)$/i;

function isTest({ name, head, parameters }: Seen, testFile: boolean): boolean {
  if (BESIDE_TESTS.test(name)) return false;
  if (/\b(?:START_TEST|TEST|Test|MU_TEST|TEST_CASE|CTEST\w*|TEST_F|UTEST\w*|ZTEST\w*|KUNIT_CASE)\s*\(/.test(head))
    return true;
  if (!testFile) return false;
  return (TEST_NAME.test(name) && RUNNABLE.test(parameters)) || STATEFUL.test(parameters) || /MunitResult/.test(head);
}

export const cWords: Profile['words'] = {
  nothing: /^(?:NULL|nullptr|std::nullopt|std::monostate(?:\{\})?|\(void \*\)\s*0|None)$/,
  yes: /^(?:true|TRUE)$/,
  no: /^(?:false|FALSE)$/,
  wraps:
    /^(?:std::)?(?:move|forward|make_optional|ref|cref|string|to_string|make_pair|make_tuple)$|^(?:xstrn?dup|strn?dup)$|^(?:absl::)?(?:OkStatus|StatusOr)$/,
  makesEmpty:
    /^(?:std::(?!make_e|to_|get)[\w:]+(?:<.*>)?|absl::OkStatus|\w*Ok\w*|Q\w+|calloc|strdup|\w+<.*>|std::make_(?:unique|shared)<.*>)$/,
  makesCanned:
    /^(?:[A-Z]\w*(?:::[A-Z]\w*)*|\w+(?:::\w+)*::(?:ok|success|Ok|OK|Success)|s?rand|random|std::rand|x?strdup|g_strdup|time)$/,
  logs: C_LOGS,
  waits:
    /^(?:u|nano|m|S)?[sS]leep(?:_ms|_us)?$|^std::this_thread::sleep_(?:for|until)$|^\w*delay(?:_ms|_us)?$|^vTaskDelay$/,
  fails:
    /^(?:std::)?(?:assert|abort|exit|_exit|quick_exit|terminate|unreachable|__builtin_(?:trap|unreachable|abort))$|^(?:static_)?assert$|^(?:g_assert(?:_not_reached)?|g_error|BUG|BUG_ON|panic|die|fatal|errx?|perror_and_die|Q_ASSERT_X|Q_UNREACHABLE|qFatal|LOG_FATAL|CHECK|DCHECK|assert_not_reached|llvm_unreachable|report_fatal_error|raise|croak|\w*(?:_fail|_fatal|_die|_panic|_abort|_error|_err)|\w*(?:UNREACHABLE|FATAL|PANIC)\w*|(?:set|raise|throw)_\w*err(?:or)?|(?:absl::)?\w*(?:[eE]rr|ERR|[tT]hrow|[rR]aise|[rR]eject)\w*)$/,
  unimplemented:
    /^(?:\w*(?:NOT_?(?:YET_?)?IMPL(?:EMENTED)?|UNIMPLEMENTED|TODO)\w*\s*\([^()]*\)|(?:std::)?unimplemented\s*\([^()]*\));?$/i,
  quiets:
    /^(?:\(\s*void\s*\)\s*[\w.>-]+\s*,?\s*)+;?$|^(?:UNUSED|Q_UNUSED|ARG_UNUSED|UNUSED_PARAM\w*|UNREFERENCED_PARAMETER|IGNORE_UNUSED|ignore_unused|G_GNUC_UNUSED|__UNUSED)\w*\s*\([^()]*\);?$|^std::ignore = [\w.]+;?$|^static_cast<void>\(\w+\);?$|^;$|^\w+;$/,
  constants: /^(?:[A-Z][A-Z0-9_]+|(?:\w+::)+[A-Za-z]\w*|k[A-Z]\w*)$/,
  itself: /^(?:\*this|this|self)$/,
};

export const c: Profile = {
  name: 'c',
  extensions: ['.c', '.h'],
  grammar: () => 'c',
  separator: '.',
  query: `
    (function_definition declarator: (function_declarator declarator: (_) @name parameters: (_) @parameters) body: (compound_statement) @body) @function
    (function_definition declarator: (pointer_declarator (function_declarator declarator: (_) @name parameters: (_) @parameters)) body: (compound_statement) @body) @function
    (function_definition declarator: (pointer_declarator (pointer_declarator (function_declarator declarator: (_) @name parameters: (_) @parameters))) body: (compound_statement) @body) @function
    (function_definition type: (type_identifier) declarator: (parenthesized_declarator (identifier) @name) body: (compound_statement) @body) @function
    (preproc_ifdef name: (identifier) @name) @conditional
    (preproc_if) @conditional
    (preproc_else) @alternative @conditional
    (comment) @comment`,
  testQuery: C_TEST_QUERY,
  loneMacros: /(?<=^[^\S\n]*)(?:END_TEST|G_(?:BEGIN|END)_DECLS|__(?:BEGIN|END)_DECLS)(?=[^\S\n]*\r?$)/gm,
  nameOf: macroName,
  syntax: {
    blocks: ['compound_statement'],
    returns: ['return_statement'],
    throws: [],
    transparent: [
      'expression_statement',
      'parenthesized_expression',
      'cast_expression',
      'unary_expression',
      'pointer_expression',
      'compound_literal_expression',
    ],
    types: [
      'type_descriptor',
      'primitive_type',
      'type_identifier',
      'struct_specifier',
      'sized_type_specifier',
      'field_designator',
      'type_qualifier',
      'storage_class_specifier',
      'enum_specifier',
    ],
    calls: ['call_expression'],
    argumentLists: ['argument_list'],
    constructs: [],
    collections: ['initializer_list'],
    pairs: ['initializer_pair'],
    literals: ['number_literal', 'char_literal', 'true', 'false', 'null'],
    strings: ['string_literal', 'concatenated_string'],
    identifiers: ['identifier'],
    members: ['field_expression'],
    declarations: ['declaration', 'init_declarator'],
    empty: [';', 'preproc_call'],
  },
  words: cWords,
  tests: {
    files:
      /(?:^|\/)(?:test|tst|check)[_-][^/]*\.[ch]$|(?:^|\/)[tT]est\w*\.[ch]$|(?:_|-)tests?\.[ch]$|(?:^|\/)(?:tests?|t|unittests?)\//i,
    frameworks: C_FRAMEWORKS,
    isTest,
    skippedHead: /\bDISABLED_\w+|\.disabled\s*=\s*(?:true|1)\b/,
    conditionalHead: NEVER,
    skips:
      /^(?:return\s+)?(?:\w+_)*(?:skip|SKIP|TEST_IGNORE|TEST_IGNORE_MESSAGE|test_skip|CU_SKIP|GTEST_SKIP|MUNIT_SKIP|munit_skip|ctest_skip|ignore_test|IGNORE_TEST|TEST_SKIP\w*)(?:_test|_MESSAGE|_THIS_TEST)?\s*(?:\(|;)/,
    asserts: C_ASSERTS,
    vacuous: C_VACUOUS,
    exempt: /bench|fuzz/i,
  },
  conditionalHead: NEVER,
  conditionalFile: PLATFORM_FILE,
  parameterNames: (parameters) => cParameters(parameters),
  constructors: () => false,
  abstract: ({ head }) => /__attribute__\s*\(\(\s*weak|\b__weak\b|\bWEAK\b/.test(head),
  demanded: () => false,
  returnsNothing: ({ head, name }) =>
    head.trim().startsWith(name) ? null : new RegExp(`\\bvoid\\s+(?:\\w+\\s+)*\\(?${name}\\s*[(\\)]`).test(head),
};
