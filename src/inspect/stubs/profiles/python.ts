/** Python: protocols, ABCs, overloads and .pyi files declare; unittest and pytest test. */
import { NEVER, type Profile } from '../profile.js';

const ASSERTS =
  /\bassert\b|\bassert_?\w*\s*\(|\.assert\w*\s*\(|\braises\b|\bwarns\b|\bfail\s*\(|\bshould\b|\bexpect\w*\s*\(|\b(?:check|verify|ensure|compare|validate|must)(?:_\w*|s)?\s*\(|\b(?:check|verify|ensure)(?!out)\w*\s*\(|\bapproxs?\b|\bsnapshot\b|\bdoctest\b/i;

export const python: Profile = {
  name: 'python',
  extensions: ['.py', '.pyi', '.pyw'],
  grammar: () => 'python',
  bareErrorIsAbstract: true,
  separator: '.',
  query: `
    (function_definition name: (identifier) @name parameters: (parameters) @parameters return_type: (_)? @result body: (block) @body) @function
    (class_definition name: (identifier) @name superclasses: (_)? @bases body: (_) @body) @container
    (decorator) @attribute
    (module (if_statement) @conditional)
    (module (try_statement) @conditional)
    (comment) @comment`,
  syntax: {
    blocks: ['block'],
    returns: ['return_statement'],
    throws: ['raise_statement'],
    transparent: [
      'expression_statement',
      'parenthesized_expression',
      'await',
      'expression_list',
      'tuple',
      'unary_operator',
    ],
    types: ['type'],
    calls: ['call'],
    argumentLists: ['argument_list'],
    constructs: [],
    collections: ['list', 'dictionary', 'set'],
    pairs: ['pair', 'keyword_argument'],
    literals: ['integer', 'float', 'true', 'false', 'none', 'ellipsis'],
    strings: ['string', 'concatenated_string'],
    identifiers: ['identifier'],
    members: ['attribute'],
    declarations: ['assignment', 'import_statement', 'import_from_statement', 'global_statement'],
    closures: ['lambda', 'function_definition'],
    empty: ['pass_statement', 'import_statement', 'import_from_statement', 'global_statement', 'nonlocal_statement'],
  },
  words: {
    nothing: /^(?:None|\.\.\.|Ellipsis)$/,
    yes: /^True$/,
    no: /^False$/,
    wraps: /^(?:tuple|list|len|str|bytes|int|float|bool|asyncio\.(?:sleep|wait_for))$|\.(?:copy|strip)$/,
    makesEmpty:
      /^(?:list|dict|set|tuple|frozenset|str|bytes|bytearray|iter|deque|Counter|OrderedDict|defaultdict|object|int|float|(?:np|numpy|torch)\.(?:zeros|empty|array|tensor|ones)\w*|(?:pd|pandas)\.(?:DataFrame|Series))$|\.(?:zeros|empty)$/,
    makesCanned:
      /^(?:[\w.]*\b(?:json_response|jsonify|JSONResponse|JsonResponse|HttpResponse|Response|make_response|uuid4|namedtuple|SimpleNamespace|render|Decimal|timedelta|datetime|date|Path)|[A-Z]\w*(?:\.[A-Z]\w*)*|random\.\w+|str|uuid\.\w+)$/,
    logs: /^(?:print|pprint|warn|[\w.]*\b(?:log(?:ger|ging)?|_?LOG(?:GER)?|_?logger|_?log|console|stdout|stderr|warnings|click|typer|sys\.std(?:out|err))\.\w+|click\.echo)$/,
    waits: /^(?:time\.|asyncio\.|anyio\.|trio\.|gevent\.)?sleep$/,
    fails: /^(?:sys\.exit|exit|quit|os\._exit|os\.abort|abort|fail|[\w.]*(?:Error|Exception))$/,
    unimplemented:
      /^(?:NotImplementedError(?:\(\))?|raise NotImplementedError(?:\(\))?)$|^assert (?:False|0)\b.*(?:not (?:yet )?implemented|unimplemented|todo)/i,
    quiets: /^(?:_|_\w+) = \w+$|^del [\w, ]+$|^\w+$/,
    constants: /^[A-Z][A-Z0-9_]+$|^(?:[A-Z]\w*|\w+)\.[A-Z][A-Z0-9_]+$/,
    itself: /^(?:self|cls)$/,
    answers: /^return NotImplemented$/,
  },
  tests: {
    files: /(?:^|\/)(?:test_[^/]*|[^/]*_tests?|tests?|conftest)\.pyw?$|(?:^|\/)tests?\//,
    isTest: ({ name, head, container, bases, file }, testFile) =>
      /^test(?:_|[A-Z]|$)/.test(name) &&
      !/fixture/.test(head) &&
      (testFile ||
        /TestCase|Tests?\b/.test(bases) ||
        /^Test|Tests?(?:Case)?$/.test(container) ||
        /(?:^|\/)test/.test(file)),
    skippedHead:
      /@(?:unittest\.)?skip\s*(?:\(|$)|@pytest\.mark\.skip\b(?!if)|@(?:\w+\.)*skip\b(?![_\w])|@(?:unittest\.)?expectedFailure\b|@pytest\.mark\.(?:todo|ignore)\b|@(?:pytest\.mark\.)?xfail\s*(?:\(\s*\)|\([^)]*\brun\s*=\s*False|$)/m,
    conditionalHead: /skip_?(?:if|unless)/i,
    skips:
      /^(?:return\s+)?(?:self\.skipTest|pytest\.skip|pytest\.xfail|skip|skipTest)\s*\(|^raise\s+(?:unittest\.)?SkipTest\b|^raise\s+pytest\.skip/,
    asserts: ASSERTS,
    // A tuple is always true: `assert (size == 3, "size")`.
    vacuous:
      /\bassert\s*\([^()\n]+,\s*f?(?:"[^"\n]*"|'[^'\n]*')\s*\)(?=\s*(?:\n|$|;|#))|\bassert\s+(?:True|not False|1|not None|["'][^"']+["']|(\d+|["'][^"']*["'])\s*==\s*\1|True\s+is\s+True|True == True)\s*(?:,[^\n]*)?(?=\n|$|;|#)|\bself\.assert(?:True\(\s*(?:True|1)|False\(\s*(?:False|0)|IsNone\(\s*None|IsNotNone\(\s*(?:["'\d][^)]*)|Equals?\(\s*(\d+|["'][^"']*["']|True|None)\s*,\s*\2)\s*(?:,[^)\n]*)?\)/,
    exempt: /benchmark|@(?:pytest\.)?mark\.(?:benchmark|xfail)|def test_[^(]*\([^)]*\bbenchmark\b/,
  },
  conditionalHead: NEVER,
  conditionalFile: NEVER,
  parameterNames: (parameters) =>
    split(parameters.replace(/^\(|\)$/g, ''))
      .map((part) => /^\**([A-Za-z_]\w*)/.exec(part.trim())?.[1] ?? '')
      .filter((name) => name !== '' && name !== 'self' && name !== 'cls'),
  constructors: ({ name, head }) =>
    // Their documentation is what a command line prints.
    /@[\w.]+\.(?:group|callback)\b/.test(head) ||
    /^__(?:init|new|del|enter|exit|aenter|aexit|init_subclass|post_init|repr|str|bool|len|hash|eq|iter|set_name|copy|deepcopy|reduce|getstate|sizeof)\w*__$/.test(
      name,
    ),
  abstract: ({ head, bases, file, name, code, container }) =>
    file.endsWith('.pyi') ||
    /@(?:\w+\.)*(?:abstract\w*|overload|override_me)\b/.test(head) ||
    /\b(?:Protocol|ABC|ABCMeta|Interface|TypedDict)\b/.test(bases) ||
    /^(?:Abstract|I[A-Z][a-z]\w*able$)/.test(container) ||
    /@(?:functools\.)?singledispatch/.test(head) ||
    (/^__\w+__$/.test(name) && /\breturn NotImplemented\b/.test(code)),
  demanded: ({ bases, head }) =>
    !/^\(\s*(?:object)?\s*\)$|^$/.test(bases) || /@(?:\w+\.)*(?:override|property)\b/.test(head),
  returnsNothing: ({ result }) => (result === '' ? null : /^None$/.test(result.trim())),
};

/** At commas outside brackets. */
function split(list: string): readonly string[] {
  return list.replace(/\[[^\]]*\]|\([^)]*\)|\{[^}]*\}/g, '').split(',');
}
