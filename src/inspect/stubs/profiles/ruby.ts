/** Ruby: the last expression is the result, an abstract method raises NotImplementedError; RSpec and Minitest. */
import { NEVER, type Profile } from '../profile.js';

export const ruby: Profile = {
  name: 'ruby',
  extensions: ['.rb', '.rake'],
  grammar: () => 'ruby',
  separator: '#',
  query: `
    (method name: (_) @name parameters: (_)? @parameters body: (_)? @body) @function
    (singleton_method object: (_) @result name: (_) @name parameters: (_)? @parameters body: (_)? @body) @function
    (class name: (_) @name superclass: (_)? @bases body: (_)? @body) @container
    (module name: (_) @name body: (_)? @body) @container
    (comment) @comment`,
  testQuery: `
    (call !receiver method: (identifier) @callee arguments: (argument_list . (_) @name) block: (_ body: (_)? @body)
      (#match? @callee "^([xf]?(it|specify|example|test|scenario)|x(describe|context)|pending|skip)$")) @test
    (call !receiver method: (identifier) @callee arguments: (argument_list . (string) @name) !block
      (#match? @callee "^[xf]?(it|specify|example|scenario)$")) @test`,
  syntax: {
    blocks: ['body_statement', 'block_body', 'begin', 'then'],
    returns: ['return'],
    throws: [],
    transparent: ['parenthesized_statements', 'argument_list', 'unary'],
    types: ['hash_key_symbol'],
    calls: ['call'],
    argumentLists: ['argument_list'],
    constructs: [],
    collections: ['array', 'hash', 'string_array', 'symbol_array'],
    pairs: ['pair'],
    literals: [
      'integer',
      'float',
      'true',
      'false',
      'nil',
      'hash_key_symbol',
      'bare_symbol',
      'bare_string',
      'rational',
      'delimited_symbol',
    ],
    strings: ['string', 'heredoc_beginning'],
    // A symbol is an answer out of a set, as a constant is.
    identifiers: ['identifier', 'constant', 'self', 'simple_symbol'],
    members: ['scope_resolution'],
    declarations: ['assignment'],
    closures: ['block', 'do_block', 'lambda'],
    empty: ['empty_statement', 'comment'],
    lastIsResult: true,
  },
  words: {
    nothing: /^nil$/,
    yes: /^true$/,
    no: /^false$/,
    wraps:
      /^(?:Array|String|Integer|Float|Hash|Success|Result\.(?:ok|success)|Ok)$|\.(?:dup|clone|to_s|to_a|to_h|freeze|to_sym|itself|strip|size|length|count)$/,
    makesEmpty:
      /^(?:[A-Z]\w*(?:::[A-Z]\w*)*\.(?:new|none|empty)|Array\.new|Hash\.new|Set\.new|String\.new)$|^\{\}\.freeze$|^\[\]\.freeze$/,
    makesCanned:
      /^(?:[A-Z]\w*(?:::[A-Z]\w*)*\.(?:new|ok|success|now|today)|SecureRandom\.\w+|rand|OpenStruct\.new|Time\.now|render|json|head|success|Success)$/,
    logs: /^(?:puts|print|p|pp|warn|\$std(?:out|err)\.\w+|(?:[\w@.]+\.|Rails\.)?(?:@?logger|log|@?log|LOGGER|Logger)\.\w+|log|say|say_status|STDOUT\.\w+|STDERR\.\w+)$/,
    waits: /^(?:Kernel\.)?sleep$/,
    fails:
      /^(?:raise|fail|abort|exit!?|Kernel\.(?:raise|exit|abort)|throw|flunk|Failure|Result\.(?:error|failure)|Err)$/,
    unimplemented: /^(?:not_implemented!?|unimplemented!?|todo!?|abstract_method!?)$/i,
    quiets: /^_\w* = \w+$/,
    constants: /^(?::\w+|[A-Z][A-Z0-9_]+|(?:[A-Z]\w*::)+[A-Z]\w*)$/,
    itself: /^self$/,
  },
  tests: {
    files: /_(?:spec|test)\.rb$|(?:^|\/)test_[^/]*\.rb$|(?:^|\/)(?:spec|tests?)\//,
    isTest: ({ name, parameters, bases, container }, testFile) =>
      /^test_.*\w$/.test(name) && parameters === '' && (testFile || /Test/.test(bases + container)),
    skippedHead:
      /^\s*(?:pending|skip)\s*\(?["']|^\s*x(?:it|specify|example|test|scenario|describe|context)\b|[,(]\s*(?:skip|pending):\s*(?:true|["'])|,\s*:(?:skip|pending)\b/,
    aloneHead: /^\s*f(?:it|specify|example|scenario)\b|[,(]\s*(?:focus:\s*true|:focus)\b/,
    conditionalHead: /(?:skip|if|unless):\s*(?!true|["'])\S/,
    skips: /^(?:skip|pending|pend|omit)(?:\s*$|\s*\(|\s+(?!if\b|unless\b)["'(:A-Za-z])(?!.*\b(?:if|unless)\b)/,
    asserts:
      /\b(?:assert\w*|refute\w*|expect\w*|should\w*|is_expected|flunk|must_\w+|wont_\w+|raise_error|verify\w*|check(?:_\w+)?\b|are_expected|pass|have_\w+|capture_io|ensure_\w+|it_behaves_like|include_examples)\b|\.(?:must_|should|wont_)|\braise\b/,
    vacuous:
      /\bexpect\(?\s*\(?\s*(true|false|nil|\d+|(["'])[^"']*\2)\s*\)\.to\s+(?:be\s*\(?\s*\1\s*\)?|eq\s*\(?\s*\1\s*\)?|be_truthy|be_falsey|be_nil|eql\s*\(?\s*\1\s*\)?)|\bassert\s*\(?\s*true\b\s*\)?|\bassert_equal\s*\(?\s*([\w"]+)\s*,\s*\3(?![\w.(])\s*\)?|\brefute\s*\(?\s*(?:false|nil)\b\)?|\bassert_nil\s*\(?\s*nil\)?|^\s*pass\s*$/m,
    exempt: /benchmark/,
  },
  conditionalHead: NEVER,
  conditionalFile: NEVER,
  // `A::B#run`, and `A::B.load` for a method of the class itself, whose object the query calls the result.
  symbolOf: ({ name, result }, containers) =>
    containers.length === 0 ? name : `${containers.join('::')}${result === '' ? '#' : '.'}${name}`,
  parameterNames: (parameters) =>
    parameters
      .replace(/^\(|\)$/g, '')
      .replace(/\[[^\]]*\]|\{[^}]*\}|\([^)]*\)|"[^"]*"|'[^']*'/g, '')
      .split(',')
      .map((part) => /^[*&]*\s*([a-z_]\w*)/.exec(part.trim())?.[1] ?? '')
      .filter(Boolean),
  constructors: ({ name }) =>
    /^(?:initialize|to_s|inspect|inherited|included|extended|prepended|method_added|respond_to_missing\?)$/.test(name),
  // A file that calls itself abstract: what its methods raise is for adapters to fill.
  abstract: ({ file, code }) =>
    /(?:^|\/)abstract(?:_\w+)?(?:\/|\.rb$)/.test(file) && /\bNotImplementedError\b/.test(code),
  demanded: ({ bases }) => bases !== '',
  returnsNothing: () => null,
};
