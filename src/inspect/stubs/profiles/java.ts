/** Java: JUnit 4 and 5, TestNG; an UnsupportedOperationException without a word about it is an answer. */
import { NEVER, type Profile } from '../profile.js';

export const java: Profile = {
  name: 'java',
  extensions: ['.java'],
  grammar: () => 'java',
  separator: '.',
  query: `
    (method_declaration type: (_) @result name: (_) @name parameters: (_) @parameters body: (block) @body) @function
    (constructor_declaration name: (_) @name parameters: (_) @parameters body: (_) @body) @function
    (class_declaration name: (_) @name superclass: (_)? @bases body: (_) @body) @container
    (class_declaration name: (_) @name interfaces: (_) @bases body: (_) @body) @container
    (interface_declaration name: (_) @name body: (_) @body) @container
    (enum_declaration name: (_) @name body: (_) @body) @container
    (enum_constant name: (_) @name body: (_) @body) @container
    (record_declaration name: (_) @name body: (_) @body) @container
    (line_comment) @comment
    (block_comment) @comment`,
  syntax: {
    blocks: ['block', 'constructor_body'],
    returns: ['return_statement'],
    throws: ['throw_statement'],
    transparent: ['expression_statement', 'parenthesized_expression', 'cast_expression', 'unary_expression'],
    types: [
      'type_identifier',
      'generic_type',
      'integral_type',
      'floating_point_type',
      'boolean_type',
      'void_type',
      'array_type',
      'type_arguments',
      'scoped_type_identifier',
      'dimensions',
      'dimensions_expr',
      'modifiers',
    ],
    calls: ['method_invocation'],
    argumentLists: ['argument_list'],
    constructs: ['object_creation_expression', 'array_creation_expression'],
    collections: ['array_initializer'],
    pairs: [],
    literals: [
      'null_literal',
      'true',
      'false',
      'decimal_integer_literal',
      'hex_integer_literal',
      'decimal_floating_point_literal',
      'character_literal',
    ],
    strings: ['string_literal'],
    identifiers: ['identifier', 'this'],
    members: ['field_access'],
    declarations: ['local_variable_declaration', 'variable_declarator'],
    empty: [';'],
  },
  words: {
    nothing: /^(?:null|Optional\.empty\(\)|Optional\.of\(null\))$/,
    yes: /^(?:true|Boolean\.TRUE)$/,
    no: /^(?:false|Boolean\.FALSE)$/,
    wraps:
      /^(?:Optional\.of(?:Nullable)?|CompletableFuture\.completedFuture|Mono\.just|Flux\.just|Single\.just|Objects\.requireNonNull|String\.valueOf|ResponseEntity\.ok|Response\.ok|Either\.right|Futures\.immediateFuture|Uni\.createFrom\(\)\.item|List\.copyOf|Result\.(?:ok|success))$|\.(?:toString|clone|trim)$/,
    makesEmpty:
      /^(?:new [\w.]+(?:<.*>)?|Collections\.empty\w+|Optional\.empty|List\.of|Set\.of|Map\.of|Arrays\.asList|Stream\.empty|Mono\.empty|Flux\.empty|Map\.entry|ImmutableList\.of|ImmutableMap\.of|ImmutableSet\.of|EnumSet\.noneOf|CompletableFuture\.completedFuture|ResponseEntity\.(?:ok|noContent|accepted)(?:\(\)\.build)?|Response\.ok\(\)\.build|[A-Z]\w*\.(?:empty|none|zero|getDefaultInstance))$/,
    makesCanned:
      /^(?:List\.of|Set\.of|Map\.of|Arrays\.asList|Collections\.singleton\w*|Stream\.of|UUID\.randomUUID(?:\(\)\.toString)?|Instant\.now|LocalDate\.\w+|LocalDateTime\.\w+|System\.(?:currentTimeMillis|nanoTime)|Math\.random|BigDecimal\.\w+|Duration\.\w+|ImmutableList\.of|ImmutableMap\.of|[A-Z]\w*\.(?:of|success|ok|create|valueOf)|ResponseEntity\.\w+\([^()]*\)\.(?:body|build)|ThreadLocalRandom\.current\(\)\.\w+|Integer\.valueOf|Long\.valueOf|ResponseEntity\.status\(\w*\)\.\w+)$/,
    logs: /^(?:System\.(?:out|err)\.print(?:ln|f)?|(?:\w+\.)*(?:log|logger|LOG|LOGGER|_log|slf4j|log4j|Log|Timber)(?:\(\))?\.(?:at\w+\(\)\.)?\w+)$/,
    waits: /^(?:Thread|TimeUnit\.\w+)\.sleep$|^sleep$|^LockSupport\.parkNanos$/,
    fails:
      /^(?:System\.exit|Assert\.fail|fail|Assertions\.fail|CompletableFuture\.failedFuture|Mono\.error|Flux\.error|Single\.error|Futures\.immediateFailedFuture|Preconditions\.check\w+|(?:\w+\.)*(?:onError|sendError|completeExceptionally)|ResponseEntity\.status\(HttpStatus\.NOT_IMPLEMENTED\)\.\w+|Response\.status\(.*(?:NOT_IMPLEMENTED|501)\)\.\w+)$/,
    unimplemented:
      /^(?:(?:\w+\.)*(?:notImplemented|notYetImplemented|unimplemented|todo|TODO)\s*\([^()]*\);?|ResponseEntity\.status\((?:HttpStatus\.NOT_IMPLEMENTED|501)\)\.build\(\)|new ResponseEntity<[^>]*>\(HttpStatus\.NOT_IMPLEMENTED\))$/i,
    quiets: /^;$|^super\([^()]*\);$/,
    constants: /^(?:[A-Z][A-Z0-9_]+|(?:[A-Z]\w*\.)+[A-Z]\w*)$/,
    itself: /^this$/,
  },
  tests: {
    files: /(?:Tests?|IT|TestCase|Spec)\.java$|(?:^|\/)src\/(?:test|androidTest|integrationTest)\/|(?:^|\/)tests?\//,
    isTest: ({ head, name, bases, code }) =>
      /@(?:org\.junit\.(?:jupiter\.api\.)?)?(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|Property)\b/.test(
        head,
      ) ||
      (/TestCase/.test(bases) && /^test[A-Z_]/.test(name) && code !== ''),
    skippedHead: /@(?:Disabled|Ignore)\b(?!If|On|For|Unless)|@Test\s*\([^)]*\benabled\s*=\s*false/,
    conditionalHead: /@(?:Disabled|Enabled)(?:If|On|For|Unless)\w*/,
    skips:
      /^(?:Assume|Assumptions)\.(?:assumeTrue\(\s*false|assumeFalse\(\s*true|abort\()|^(?:assumeTrue\(\s*false|assumeFalse\(\s*true|abort\()|^throw new (?:\w+\.)*(?:SkipException|TestAbortedException|AssumptionViolatedException)\b/,
    asserts:
      /(?<![\w.])(?:check|ensure|must|validate|compare)\w*\s*\(|\b(?:assert\w*|verify\w*|expect\w*|fail|then|should\w*|Assert\w*|Truth|assertThat|andExpect|StepVerifier|awaitility|await|given|statusCode|isEqualTo|throws?|\w*Tester\w*|test[A-Z]\w*)\s*(?:\(|\.|$)|\bthrow new\b/m,
    vacuous:
      /\b(?:(?:Assert|Assertions)\.)?(?:assertTrue\(\s*(?:"[^"]*"\s*,\s*)?(?:true|\d[\d\s.+*/%-]*==\s*\d[\d\s.+*/%-]*)|assertFalse\(\s*(?:"[^"]*"\s*,\s*)?false|assertNull\(\s*null|assertNotNull\(\s*(?:"[^"]*"|new Object\(\))|assertEquals\(\s*(?:([\w"]+)\s*,\s*\1|\d[\d\s.+*/%-]*,\s*\d[\d\s.+*/%-]*))\s*(?:,[^)]*)?\)|\bassertThat\(\s*(true|false|\d+)\s*\)\.(?:isTrue|isFalse|isEqualTo)\(\s*(?:\2)?\s*\)|\bassert\s+true\s*;/,
    exempt: /@Test\s*\([^)]*\bexpected\s*=|@Test\s*\([^)]*\bexpectedExceptions\b|@Benchmark|\bcontextLoads\b/,
  },
  conditionalHead: NEVER,
  conditionalFile: NEVER,
  nameOf: ({ name }) => name,
  parameterNames: (parameters) =>
    parameters
      .replace(/^\(|\)$/g, '')
      .replace(/<[^<>]*(?:<[^<>]*(?:<[^<>]*>[^<>]*)*>[^<>]*)*>/g, '')
      .replace(/@\w+(?:\([^()]*\))?/g, '')
      .split(',')
      .map((part) => /(\w+)\s*(?:\[\s*\])*\s*$/.exec(part.trim())?.[1] ?? '')
      .filter(Boolean),
  constructors: ({ name, container, result }) =>
    name === container || result === '' || /^(?:finalize|close|toString|hashCode|equals|compareTo)$/.test(name),
  abstract: ({ containerHead, head }) => /\binterface\s+\w/.test(containerHead) || /\babstract\s/.test(head),
  // For those who extend the class, as an empty one in the open is not.
  hook: ({ head, code }) =>
    /\bprotected\s+void\b/.test(head) && !/\b(?:static|final)\b/.test(head) && /^\{\s*\}$/.test(code),
  demanded: ({ head }) => /@Override\b/.test(head),
  returnsNothing: ({ result }) => /^void$/.test(result.trim()),
};
