/** JavaScript: functions are values with names from where they stand; tests are calls (Jest, Mocha, Vitest, node:test). */
import { NEVER, type Profile } from '../profile.js';

const value =
  '[(arrow_function parameters: (_)? @parameters parameter: (_)? @parameters body: (_) @body) (function_expression parameters: (_) @parameters body: (_) @body)]';

/** Of TypeScript too, whose grammar differs in a few names. */
export const scriptQuery = (field: string, name: string): string => `
  (function_declaration name: (_) @name parameters: (_) @parameters body: (_) @body) @function
  (generator_function_declaration name: (_) @name parameters: (_) @parameters body: (_) @body) @function
  (method_definition name: (_) @name parameters: (_) @parameters body: (_) @body) @function
  (variable_declarator name: (identifier) @name value: ${value}) @function
  (assignment_expression left: [(member_expression) (identifier)] @name right: ${value}) @function
  (pair key: (_) @name value: ${value}) @function
  (${field} ${name}: (_) @name value: ${value}) @function
  (call_expression
    function: (member_expression property: (property_identifier) @verb)
    arguments: (arguments . (string) @name ${value} .)
    (#match? @verb "^(get|post|put|patch|delete|del|head|options|all|route|handle)$")) @function
  (class_declaration name: (_) @name (class_heritage)? @bases body: (_) @body) @container
  (class name: (_) @name (class_heritage)? @bases body: (_) @body) @container
  (decorator) @attribute
  (comment) @comment`;

const testBody =
  '(arrow_function body: (_) @body) (function_expression body: (_) @body) (generator_function body: (_) @body)';

/** A body may be made by a call, `test('…', withServer(…))`; what has a capital (uvu's suites) is a test only with one. */
export const scriptTests = `
  (call_expression function: (_) @callee
    arguments: (arguments . [(string) (template_string)] @name [${testBody} (call_expression) @body (identifier) @body (member_expression) @body]?)
    (#match? @callee "^(x|f)?(it|test|specify)([.][a-zA-Z]+)*([(].*[)])?$|^([xf](describe|context|suite)|(describe|context|suite)([.][a-zA-Z]+)*[.](skip|todo|only))$")) @test
  (call_expression function: (_) @callee
    arguments: (arguments . [(string) (template_string)] @name . [${testBody}] .)
    (#match? @callee "^[A-Z][a-zA-Z]*([.](skip|only))?$")) @test`;

const RUNNER = '(?:it|test|specify|describe|context|suite)';

export const javascript: Profile = {
  name: 'javascript',
  extensions: ['.js', '.mjs', '.cjs', '.jsx'],
  grammar: () => 'javascript',
  separator: '.',
  query: scriptQuery('field_definition', 'property'),
  testQuery: scriptTests,
  syntax: {
    blocks: ['statement_block'],
    returns: ['return_statement'],
    throws: ['throw_statement'],
    transparent: [
      'expression_statement',
      'parenthesized_expression',
      'await_expression',
      'as_expression',
      'satisfies_expression',
      'non_null_expression',
      'type_assertion',
      'unary_expression',
      'sequence_expression',
      'jsx_expression',
    ],
    types: [
      'predefined_type',
      'type_identifier',
      'generic_type',
      'type_arguments',
      'type_annotation',
      'object_type',
      'array_type',
      'union_type',
      'literal_type',
      'nested_type_identifier',
      'lookup_type',
      'tuple_type',
      'function_type',
      'intersection_type',
      'type_query',
      'readonly_type',
      'property_identifier',
      'computed_property_name',
      'jsx_closing_element',
    ],
    calls: ['call_expression'],
    argumentLists: ['arguments'],
    constructs: ['new_expression'],
    collections: ['array', 'object', 'jsx_element'],
    pairs: ['pair', 'jsx_attribute'],
    tags: ['jsx_opening_element', 'jsx_self_closing_element'],
    literals: ['number', 'true', 'false', 'null', 'undefined', 'regex', 'jsx_text'],
    strings: ['string', 'template_string'],
    identifiers: ['identifier', 'this', 'shorthand_property_identifier'],
    members: ['member_expression', 'subscript_expression'],
    declarations: ['lexical_declaration', 'variable_declaration', 'variable_declarator'],
    closures: ['arrow_function', 'function_expression', 'function_declaration'],
    empty: ['empty_statement', 'debugger_statement'],
  },
  words: {
    nothing: /^(?:null|undefined|void 0|\(\))$/,
    yes: /^(?:true|!0)$/,
    no: /^(?:false|!1)$/,
    wraps:
      /^(?:Promise\.resolve|Object\.freeze|structuredClone|of|just|ok|Ok|Some|success|String|Array\.from|Effect\.succeed|Either\.right|Readable\.from)$|\.(?:slice|toString|clone|concat|valueOf)$/,
    makesEmpty:
      /^(?:new )?(?:Map|Set|WeakMap|Array|Object|Buffer|Uint8Array|Float64Array|ArrayBuffer|Blob|FormData|Headers|URLSearchParams|Symbol|String|Date)(?:\.(?:alloc|of|from|create|now))?$|^Promise\.resolve$/,
    makesCanned:
      /^(?:(?:res|response|reply|ctx|c|Response|NextResponse|h)(?:\.status\(\d+\))?\.(?:json|send|end|sendStatus|status|response|text)|Response\.json|NextResponse\.json|json|randomUUID|(?:crypto|uuid)\.\w+|uuid(?:v4)?|nanoid|Math\.random|Date\.now|JSON\.stringify|(?:process\.)?nextTick|process\.nextTick|setImmediate|queueMicrotask|setTimeout|cb|callback|done|next|resolve|fulfill|new Date)$/,
    logs: /^(?:console\.\w+|(?:[\w$]+\.)*(?:log(?:ger|ging)?|_log|_logger|winston|pino|signale|debug|Logger|LOG)(?:\.\w+)?|process\.std(?:out|err)\.write|alert|print)$/,
    waits: /^(?:[\w$]+\.)*(?:sleep|delay|wait|pause)(?:Ms)?$|^new Promise$|^setTimeout$/,
    fails:
      /^(?:Promise\.reject|process\.(?:exit|abort)|reject|assert\.fail|invariant|fail|unreachable|panic|die|err|Err|Effect\.fail|Either\.left|failure|createError|httpErrors?|(?:[\w$]+\.)*(?:[Ee]rror|throw\w*)|[\w$]*Error|[\w$]*Exception)$/,
    unimplemented:
      /^(?:(?:[\w$]+\.)*(?:not_?(?:yet_?)?implemented|unimplemented|todo|TODO|notImpl|NotImplemented|NYI)\s*\([\s\S]*\));?$/i,
    quiets: /^void [\w$.]+;?$|^_ = [\w$]+;?$|^[\w$]+;$|^;$|^['"]use [\w ]+['"];?$/,
    constants: /^(?:[A-Z][A-Z0-9_]+|(?:[A-Z][\w$]*\.)+[A-Z]\w*|NaN|Infinity)$/,
    itself: /^this$/,
  },
  tests: {
    files:
      /[._-](?:test|spec)s?\.[cm]?[jt]sx?$|(?:^|\/)(?:__tests__|tests?|specs?|e2e)\/|(?:^|\/)test[_-]?[^/]*\.[cm]?[jt]sx?$/,
    isTest: () => false,
    skippedHead: new RegExp(
      `^\\s*(?:x${RUNNER}\\b|[A-Z]\\w*\\.skip\\b|${RUNNER}(?:\\.\\w+)*\\.(?:skip|todo|failing|fails)\\b)|\\{\\s*(?:[^{}]*,\\s*)?(?:skip|todo)\\s*:\\s*(?:true|['"\`])`,
    ),
    aloneHead: new RegExp(`^\\s*(?:f(?:it|describe|context)\\b|${RUNNER}(?:\\.\\w+)*\\.only\\b)`),
    conditionalHead: /\.(?:skipIf|runIf|if)\b|\bskip\s*:\s*(?!true|['"`])\S/,
    skips:
      /^(?:return\s+)?(?:this\.skip|(?:t|ctx|context)\.(?:skip|todo)|test\.skip|it\.skip|pending)\s*\(\s*(?:(['"`])(?:(?!\1)[\s\S])*\1|true)?\s*\)|^pending\(/,
    asserts:
      /\b(?:expect\w*|assert\w*|should|sinon\.assert|cy|t\.(?:is\w*|not\w*|deep\w*|equal\w*|same\w*|true|false|truthy|falsy|throws\w*|pass|fail|ok|like|regex|snapshot|plan|assert)|chai|verify\w*|check(?:[A-Z_]\w*)?|ensure\w*|must\w*|waitFor\w*|findBy\w*|getBy\w*|toMatch\w*|throws|rejects|done|fail|validate\w*|testRule|ruleTester|supertest|nock)\b(?:\s*[.(<]|\s*$)|\bthrow\b|\.(?:should|expect|assert\w*)\b/m,
    vacuous:
      /(?<!\.\s*)\bexpect\([^()\n]*\)\s*(?:;|\n\s*[};]|$)|\bexpect\(\s*(true|false|\d+|(["'`])[^"'`]*\2|null|undefined)\s*\)\.(?:to(?:Be|Equal|StrictEqual)|to\.(?:be|equal|eql|deep\.equal))\(\s*\1\s*\)|\bexpect\(\s*(?:true|1|(["'`])[^"'`]+\3)\s*\)\.(?:toBeTruthy\(\)|toBeDefined\(\)|to\.be\.(?:true|ok)(?:\(\))?|to\.exist)|\bexpect\(\s*(?:false|0|null)\s*\)\.(?:toBeFalsy\(\)|to\.be\.false)|\bassert(?:\.ok|\.isTrue)?\(\s*(?:true|1|!0)\s*(?:,[^)]*)?\)|\bassert\.(?:equal|strictEqual|deepEqual)\(\s*([^,()]+?)\s*,\s*\4\s*(?:,[^)]*)?\)|\bt\.(?:pass|ok|true|truthy)\(\s*(?:true|1)?\s*\)/,
    exempt: /\bbench\b/,
  },
  conditionalHead: NEVER,
  conditionalFile: NEVER,
  nameOf: ({ name }) => bare(name).replace(/^.*\.(?=[\w$#]+$)/, ''),
  symbolOf: ({ name }, containers) => [...containers, bare(name)].join('.'),
  parameterNames: scriptParameters,
  constructors: ({ name }) => name === 'constructor',
  abstract: () => false,
  // What emits events or is an error demands no method.
  demanded: ({ bases, head }) =>
    (bases !== '' && !/\bextends\s+(?:\w+\.)?(?:EventEmitter|EventTarget|\w*Error)\b/.test(bases)) ||
    /\b(?:override|get)\s/.test(head),
  returnsNothing: ({ result }) =>
    result === '' ? null : /^:?\s*(?:Promise<\s*)?(?:void|undefined|never)\b/.test(result),
};

/** As it is called from elsewhere: `exports.run` is `run`, a quoted key what it quotes. */
function bare(name: string): string {
  return name.replace(/^(?:module\.)?exports\.|^this\.|^(["'`])(.*)\1$/, '$2');
}

/** Top-level names, and those taken out of an object by destructuring. */
export function scriptParameters(parameters: string): readonly string[] {
  const flat = parameters.replace(/^\(|\)$/g, '');
  const names: string[] = [];
  let depth = 0;
  let angle = 0;
  let expecting = true;
  for (const token of flat.match(/=>|[A-Za-z_$][\w$]*|[^\s\w$]|\d+|\s+/g) ?? []) {
    if (token.trim() === '') continue;
    if (token === '=>') continue;
    if (/^[A-Za-z_$]/.test(token)) {
      if (expecting && depth <= 1 && !/^(?:public|private|protected|readonly|this)$/.test(token)) {
        names.push(token);
        expecting = false;
      }
    } else if (token === '{' || token === '[' || token === '(') {
      // A pattern only where a name may stand; elsewhere it is a type or a default.
      depth += expecting ? 1 : 5;
    } else if (token === '}' || token === ']' || token === ')') {
      depth -= depth >= 5 ? 5 : 1;
      if (depth <= 0) expecting = false;
    } else if (token === '<') angle += 1;
    else if (token === '>') angle = Math.max(0, angle - 1);
    else if (token === ',' && depth <= 1 && angle === 0) expecting = true;
  }
  return names;
}
