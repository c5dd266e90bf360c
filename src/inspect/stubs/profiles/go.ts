/** Go: errors are the last result, `_ = x` quiets the compiler, tests are functions of *testing.T. */
import { NEVER, type Profile } from '../profile.js';

export const go: Profile = {
  name: 'go',
  extensions: ['.go'],
  grammar: () => 'go',
  separator: '.',
  query: `
    (function_declaration name: (_) @name parameters: (_) @parameters result: (_)? @result body: (block) @body) @function
    (method_declaration name: (_) @name parameters: (_) @parameters result: (_)? @result body: (block) @body) @function
    (comment) @comment`,
  testQuery: `
    (call_expression function: (selector_expression field: (field_identifier) @callee) arguments: (argument_list . (interpreted_string_literal) @name (func_literal body: (block) @body)) (#eq? @callee "Run")) @test`,
  syntax: {
    blocks: ['block', 'statement_list'],
    returns: ['return_statement'],
    throws: [],
    transparent: [
      'expression_statement',
      'parenthesized_expression',
      'expression_list',
      'unary_expression',
      'literal_element',
      'type_conversion_expression',
    ],
    types: [
      'type_identifier',
      'pointer_type',
      'slice_type',
      'map_type',
      'array_type',
      'struct_type',
      'qualified_type',
      'generic_type',
      'interface_type',
      'channel_type',
      'function_type',
      'implicit_length_array_type',
    ],
    calls: ['call_expression'],
    argumentLists: ['argument_list'],
    constructs: ['composite_literal'],
    collections: ['literal_value'],
    pairs: ['keyed_element'],
    literals: ['int_literal', 'float_literal', 'rune_literal', 'imaginary_literal', 'true', 'false', 'nil', 'iota'],
    strings: ['interpreted_string_literal', 'raw_string_literal'],
    identifiers: ['identifier'],
    members: ['selector_expression'],
    declarations: ['short_var_declaration', 'var_declaration', 'var_spec', 'const_declaration', 'const_spec'],
    closures: ['func_literal'],
    empty: ['empty_statement', 'const_declaration'],
  },
  words: {
    nothing: /^(?:nil|nil, nil|struct\{\}\{\})$/,
    yes: /^(?:true|true, nil|true, true)$/,
    no: /^(?:false|false, nil)$/,
    wraps:
      /^(?:\[\]byte|string|append|len|strings\.(?:Clone|TrimSpace)|bytes\.Clone|slices\.Clone|maps\.Clone|ptr|to\.Ptr|connect\.NewResponse)$/,
    makesEmpty: /^(?:make|new|bytes\.NewBuffer\w*|strings\.NewReader|context\.(?:Background|TODO)|sync\.\w+)$/,
    makesCanned:
      /^(?:w\.WriteHeader|w\.Write|fmt\.Fprint(?:ln|f)?|io\.WriteString|json\.NewEncoder\(\w+\)\.Encode|c\.JSON|c\.String|ctx\.JSON|[cC]tx\.(?:Status|SendStatus|String)|render\.\w+|uuid\.\w+|rand\.\w+|time\.(?:Now|Duration|Unix))$/,
    logs: /^(?:fmt\.Print(?:ln|f)?|println|print|(?:\w+\.)*(?:log|slog|logger|Log|Logger|glog|klog|logrus|zap|logf|zerolog)(?:\(\))?\.\w+(?:\(\w*\)\.\w+)*|\w+\.Logf?|\w+\.logf?|(?:\w+\.)*(?:log|logf|Logf|debugf|Debugf|Infof|Warnf|Printf)|fmt\.Fprint(?:ln|f)?)$/,
    waits: /^time\.Sleep$|^<-time\.After$/,
    fails:
      /^(?:panic|log\.(?:Fatal|Panic)\w*|os\.Exit|errors\.(?:New|Errorf|Wrap|WithStack|Wrapf|Join|WithMessage)|(?:\w+\.)*(?:Errorf|Error|Errorw|NewError|New\w*Error|Err\w*|Wrapf?|Fatalf?)|http\.Error|status\.(?:New|Error|Errorf)|connect\.NewError|xerrors\.\w+|\w*[eE]rr(?:or)?f?|runtime\.Goexit)$/,
    unimplemented: /^(?:(?:\w+\.)?(?:panic)\("(?:TODO|todo|not implemented|unimplemented|implement me|NYI)[^"]*"\))$/,
    quiets: /^(?:_(?:, _)* = [\w., ]+|var _ = \w+)$/,
    constants: /^(?:[A-Z][A-Z0-9_]+|(?:[a-z]\w*\.)[A-Z]\w*)$/,
    itself: NEVER,
  },
  tests: {
    files: /_test\.go$/,
    isTest: ({ name, head, parameters }) =>
      /^Test(?:[A-Z_0-9]|$)/.test(name) &&
      name !== 'TestMain' &&
      // A method of a testify suite has its T from there.
      (/\*testing\.T\b/.test(parameters) || (/^\s*func\s*\(\w*\s*\*?\w*Suite\w*\)/.test(head) && parameters === '()')),
    skippedHead: NEVER,
    conditionalHead: NEVER,
    skips: /^\w+(?:\.T\(\))?\.(?:Skip|Skipf|SkipNow)\s*\(/,
    asserts:
      /\b\w+\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow|Run|RunSpecs|Expect|Check|Assert|(?:No|Not|Must|Is|Require|Equal|Contains|Len|Nil|True|False|Eventually|Never|Panics|Error|ElementsMatch|Zero|Empty|Greater|Less|Subset|JSONEq|Same|Implements|In)(?:[A-Z]\w*)?)\s*\(|\b(?:[Aa]ssert|[Rr]equire|[Cc]heck|[Mm]ust|[Vv]erify|[Ee]xpect|[Ww]ant|[Ee]nsure|[Cc]ompare|[Ee]qual|[Dd]iff|cmp|suite|ginkgo|gomega|quick|testscript|[Gg]olden|snaps|cupaloy|iotest|analysistest|fstest|approvals)(?:[A-Z_]\w*)?(?:\.\w+)?\s*\(|\b(?:is|c|td|qt|a|r)\.(?:Assert|Check|Equals?|Cmp|True|False|Nil|NoErr|Is)\s*\(|\bpanic\(|(?<!=\s*(?:[Nn]ew|[Mm]ake|[Ss]et_?[Uu]p|[Oo]pen|[Cc]reate|[Ss]tart|[Ii]nit|[Tt]emp|mk)\w*)\(\s*t\s*[,)]|,\s*t\s*[,)]/,
    vacuous:
      /\b(?:assert|require)\.(?:True\(\s*\w+\s*,\s*true|False\(\s*\w+\s*,\s*false|Nil\(\s*\w+\s*,\s*nil|(?:Equal|EqualValues)\(\s*\w+\s*,\s*([\w"]+)\s*,\s*\1)\s*(?:,[^)]*)?\)|\bif\s+(?:false|!true|(\d+)\s*!=\s*\2)\s*\{[^}]*\}/,
    exempt: NEVER,
    subtests: true,
  },
  conditionalHead: NEVER,
  conditionalFile:
    /(?:^|\n)\/\/(?:go:build| \+build) (?!ignore)|_(?:windows|linux|darwin|freebsd|openbsd|netbsd|dragonfly|plan9|js|wasm|wasip1|solaris|illumos|aix|android|ios|386|amd64|arm|arm64|riscv64|s390x|ppc64(?:le)?|mips\w*|loong64)(?:_test)?\.go$/,
  symbolOf: ({ name, head }) => {
    const receiver = /^\s*func\s*\(\s*(?:\w+\s+)?\*?\s*(\w+)/.exec(head)?.[1];
    return receiver === undefined ? name : `${receiver}.${name}`;
  },
  parameterNames: goParameters,
  constructors: () => false,
  abstract: () => false,
  // Methods may be there for an interface; nothing says which. Those of exported names with documentation are looked at.
  demanded: ({ head }) => /func\s*\([^)]*\)\s*\w+/.test(head) && /func\s*\(\s*\*?\w+\s*\)/.test(head),
  returnsNothing: ({ result }) => result === '',
};

/** `a, b int, _ string, context.Context` → a, b, _, _. */
function goParameters(parameters: string): readonly string[] {
  const parts = parameters
    .replace(/^\(|\)$/g, '')
    .replace(/func\s*\([^()]*\)(?:\s*\([^()]*\)|\s*[\w.*[\]]+)?/g, 'func')
    .replace(/\{[^{}]*\}/g, '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  // Either all have names or none has; a part alone has one if a later part brings its type.
  const named = parts.some((part) => /^\w+\s+\S/.test(part) && !/^(?:chan|func|map|struct|interface)\b/.test(part));
  return parts.map((part) => (named ? (/^\w+/.exec(part)?.[0] ?? '_') : '_'));
}
