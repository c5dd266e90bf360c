/** C++: what C is, and classes, exceptions, destructors; GoogleTest, Catch2, doctest, Boost. */
import { NEVER, type Profile } from '../profile.js';
import {
  C_ASSERTS,
  C_FRAMEWORKS,
  C_TEST_QUERY,
  C_VACUOUS,
  c,
  cParameters,
  cWords,
  macroName,
  PLATFORM_FILE,
} from './c.js';

/** A function, and one below `template <…>`, where its documentation and its lines begin. */
const declarator = (inner: string): string => {
  const definition = `(function_definition declarator: ${inner} body: (compound_statement) @body) @function`;
  return `${definition} (template_declaration ${definition}) @start`;
};
const FUNCTION = '(function_declarator declarator: (_) @name parameters: (_) @parameters)';

const UNTYPED = /^\s*(?:(?:explicit|constexpr|inline|virtual|consteval|~)\s*)*$/;

export const cpp: Profile = {
  ...c,
  name: 'cpp',
  extensions: ['.cpp', '.cc', '.cxx', '.hpp', '.hh', '.hxx', '.ipp', '.inl'],
  grammar: () => 'cpp',
  separator: '::',
  query: `
    ${declarator(FUNCTION)}
    ${declarator(`(pointer_declarator ${FUNCTION})`)}
    ${declarator(`(reference_declarator ${FUNCTION})`)}
    ${declarator('(operator_cast type: (_) @name)')}
    (class_specifier name: (_) @name (base_class_clause)? @bases body: (_) @body) @container
    (struct_specifier name: (_) @name (base_class_clause)? @bases body: (_) @body) @container
    (namespace_definition name: (_) @name body: (_) @body) @container
    (preproc_ifdef name: (identifier) @name) @conditional
    (preproc_if) @conditional
    (preproc_else) @alternative @conditional
    (comment) @comment`,
  testQuery: C_TEST_QUERY,
  syntax: {
    ...c.syntax,
    returns: ['return_statement', 'co_return_statement'],
    throws: ['throw_statement'],
    transparent: [...c.syntax.transparent, 'co_await_expression'],
    types: [...c.syntax.types, 'qualified_type', 'placeholder_type_specifier', 'template_type', 'access_specifier'],
    collections: ['initializer_list'],
    constructs: ['new_expression', 'compound_literal_expression'],
    literals: [...c.syntax.literals, 'nullptr', 'user_defined_literal'],
    strings: [...c.syntax.strings, 'raw_string_literal'],
    identifiers: ['identifier', 'qualified_identifier', 'this'],
    declarations: ['declaration', 'init_declarator', 'structured_binding_declarator'],
    empty: [';', 'using_declaration', 'static_assert_declaration'],
  },
  words: {
    ...cWords,
    wraps:
      /^(?:std::)?(?:move|forward|make_optional|ref|cref|string|to_string|make_pair|make_tuple|optional|static_cast<.*>|make_ready_future|as_const)$|^static_cast<.*>$|^(?:absl::)?StatusOr(?:<.*>)?$/,
    unimplemented:
      /^(?:\w*(?:NOT_?(?:YET_?)?IMPL(?:EMENTED)?|UNIMPLEMENTED|TODO)\w*\s*\([^()]*\)|(?:std::)?unimplemented\s*\([^()]*\));?$/i,
    streams: /^(?:std::)?w?(?:cout|cerr|clog)\s*<<|^(?:[A-Z]*LOG|qDebug|qInfo|qWarning|qCritical)\s*\([^()]*\)\s*<</,
    quiets: new RegExp(`${cWords.quiets.source}|^std::ignore = [\\w.]+;?$|^static_cast<void>\\(\\w+\\);?$`),
  },
  tests: {
    files:
      /(?:_|-|\.)(?:unit)?tests?\.(?:cpp|cc|cxx|hpp)$|(?:^|\/)(?:test|tst|check)[_-][^/]*\.(?:cpp|cc|cxx)$|Tests?\.(?:cpp|cc|cxx)$|(?:^|\/)(?:tests?|unittests?)\//i,
    frameworks: C_FRAMEWORKS,
    isTest: ({ head }) =>
      /^\s*(?:TEST(?:_F|_P|_CASE\w*|_METHOD)?|TYPED_TEST(?:_P)?|SCENARIO|BOOST_(?:AUTO|FIXTURE|DATA)_TEST_CASE|IUTEST\w*|TEST_CASE\w*|UNIT_TEST|GTEST_TEST)\s*\(/.test(
        head,
      ),
    skippedHead:
      /\(\s*(?:\w+\s*,\s*)?DISABLED_\w+|\bDISABLED_\w+|"\[!?(?:\.|hide|skip)\]|\[\.\]|doctest::skip\(\s*(?:true)?\s*\)|boost::unit_test::disabled\(\)/,
    conditionalHead: NEVER,
    skips:
      /^(?:return\s+)?(?:GTEST_SKIP\s*\(|SKIP\s*\(|QSKIP\s*\(|BOOST_TEST_SKIP|Assert::Inconclusive|GTEST_SKIP_|TEST_IGNORE)/,
    asserts: new RegExp(
      `${C_ASSERTS.source}|\\bSUCCEED\\b|\\bFAIL\\s*\\(|\\bTHEN\\s*\\(|\\bstatic_assert\\b|\\b(?:BOOST|QVERIFY|QCOMPARE|CHECK|REQUIRE|EXPECT|ASSERT)\\w*`,
      'i',
    ),
    vacuous: new RegExp(
      `${C_VACUOUS.source}|\\b(?:EXPECT|ASSERT)_(?:EQ|GE|LE|STREQ)\\s*\\(\\s*([\\w"]+)\\s*,\\s*\\2\\s*\\)|\\bSUCCEED\\s*\\([^()]*\\)|\\bstatic_assert\\s*\\(\\s*true\\s*(?:,[^()]*)?\\)`,
      'i',
    ),
    exempt: /BENCHMARK|FUZZ|DEATH/i,
  },
  conditionalFile: PLATFORM_FILE,
  nameOf: ({ name, parameters, head }) => {
    const macro = /^\s*([A-Z][A-Z_]+)\s*\(/.exec(head)?.[1];
    if (macro !== undefined && (macro === name || name.startsWith('(')))
      return macroName({ name: parameters || name, head });
    return name.replace(/\s+/g, '');
  },
  hook: ({ parameters }) => /\bQ[A-Z]\w*Event\b/.test(parameters),
  parameterNames: (parameters) => cParameters(parameters),
  constructors: ({ name, container, head }) => {
    const parts = name.split('::');
    const last = parts.at(-1) ?? '';
    const owner = (parts.at(-2) ?? container.split('::').at(-1) ?? '').replace(/<.*/, '');
    // Without a type before its name it is one, whatever macro hides its class.
    if (parts.length === 1 && UNTYPED.test(head.slice(0, head.indexOf(name)))) return true;
    return last.startsWith('~') || last === owner || /^operator\b/.test(last);
  },
  abstract: ({ head, code }) =>
    /__attribute__\s*\(\(\s*weak/.test(head) ||
    (/\bvirtual\b/.test(head) && !/\boverride\b/.test(head) && /^\{\s*\}$/.test(code)),
  demanded: ({ head }) => /\b(?:override|final|virtual)\b/.test(head),
  returnsNothing: ({ head, name }) => {
    if (/\bauto\b|->/.test(head)) return null;
    const bare = name.split('::').at(-1) ?? name;
    return new RegExp(`\\bvoid\\s+[\\w:<>, ]*${bare.replace(/\W/g, '\\$&')}\\s*\\(`).test(head);
  },
};
