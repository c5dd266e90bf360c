/** C#: attributes mark tests (xUnit, NUnit, MSTest), `=>` bodies, partial and extern methods declare. */
import { NEVER, type Profile } from '../profile.js';

export const csharp: Profile = {
  name: 'csharp',
  extensions: ['.cs'],
  grammar: () => 'csharp',
  separator: '.',
  query: `
    (method_declaration returns: (_) @result name: (_) @name parameters: (_) @parameters body: (_) @body) @function
    (local_function_statement type: (_) @result name: (_) @name parameters: (_) @parameters body: (_) @body) @function
    (constructor_declaration name: (_) @name parameters: (_) @parameters body: (_) @body) @function
    (destructor_declaration name: (_) @name parameters: (_) @parameters body: (_) @body) @function
    (operator_declaration type: (_) @result parameters: (_) @parameters body: (_) @body) @function
    (property_declaration type: (_) @result name: (_) @name value: (arrow_expression_clause) @body) @function
    (property_declaration type: (_) @result name: (_) @name accessors: (accessor_list (accessor_declaration "get" body: (_) @body))) @function
    (class_declaration name: (_) @name (base_list)? @bases body: (_) @body) @container
    (struct_declaration name: (_) @name (base_list)? @bases body: (_) @body) @container
    (record_declaration name: (_) @name (base_list)? @bases body: (_) @body) @container
    (interface_declaration name: (_) @name (base_list)? @bases body: (_) @body) @container
    (preproc_if) @conditional
    (comment) @comment`,
  syntax: {
    blocks: ['block'],
    returns: ['return_statement'],
    throws: ['throw_statement', 'throw_expression'],
    transparent: [
      'expression_statement',
      'parenthesized_expression',
      'await_expression',
      'cast_expression',
      'arrow_expression_clause',
      'postfix_unary_expression',
      'prefix_unary_expression',
      'argument',
    ],
    types: [
      'predefined_type',
      'generic_name',
      'nullable_type',
      'array_type',
      'implicit_type',
      'type_argument_list',
      'qualified_name',
      'tuple_type',
      'array_rank_specifier',
    ],
    calls: ['invocation_expression'],
    argumentLists: ['argument_list'],
    constructs: [
      'object_creation_expression',
      'implicit_object_creation_expression',
      'array_creation_expression',
      'implicit_array_creation_expression',
      'anonymous_object_creation_expression',
    ],
    collections: [
      'initializer_expression',
      'collection_expression',
      'tuple_expression',
      'anonymous_object_creation_expression',
    ],
    pairs: [],
    settings: ['assignment_expression'],
    literals: [
      'integer_literal',
      'real_literal',
      'boolean_literal',
      'null_literal',
      'character_literal',
      'default_expression',
      'default',
    ],
    strings: ['string_literal', 'verbatim_string_literal', 'raw_string_literal', 'interpolated_string_expression'],
    identifiers: ['identifier', 'this'],
    members: ['member_access_expression'],
    declarations: ['local_declaration_statement', 'variable_declaration', 'variable_declarator'],
    empty: ['empty_statement'],
  },
  words: {
    nothing:
      /^(?:null!?|default!?|default\([\w<>?]+\)|Task\.CompletedTask|ValueTask\.CompletedTask|Task\.FromResult<[^>]*>\(null!?\))$/,
    yes: /^true$/,
    no: /^false$/,
    wraps:
      /^(?:Task\.FromResult(?:<.*>)?|ValueTask\.FromResult(?:<.*>)?|Result\.(?:Ok|Success)(?:<.*>)?|Ok|Convert\.ToString)$|\.(?:ToString|Clone|Trim|ConfigureAwait|ToList|ToArray)$/,
    makesEmpty:
      /^(?:new [\w.]+(?:<.*>)?(?:\[0?\])?|new|Array\.Empty<.*>|Enumerable\.Empty<.*>|ImmutableArray<.*>\.Empty|Task\.FromResult|Ok|NoContent|Result\.(?:Ok|Success))$/,
    makesCanned:
      /^(?:Guid\.NewGuid(?:\(\)\.ToString)?|DateTime(?:Offset)?\.\w+|Random\.Shared\.\w+|Ok|Json|Content|Results\.\w+|TypedResults\.\w+|[A-Z]\w*\.(?:Create|Success|Ok|Of|From)|TimeSpan\.\w+|new \w+|View|Page|Decimal\.\w+|Accepted|NoContent)$/,
    logs: /^(?:Console\.(?:Error\.|Out\.)?Write(?:Line)?|(?:[\w.]*\.)?(?:_?[lL]og(?:ger)?|Log|Logger|Debug|Trace|_output|output)\??\.\w+)$/,
    waits: /^(?:System\.Threading\.)?(?:Task\.Delay|Thread\.Sleep|Task\.Yield)$/,
    fails:
      /^(?:Environment\.(?:Exit|FailFast)|Debug\.(?:Fail|Assert)|Assert\.Fail|Task\.FromException(?:<.*>)?|ValueTask\.FromException(?:<.*>)?|throw|Result\.(?:Fail|Failure|Error)(?:<.*>)?|(?:\w+\.)*(?:Problem|StatusCode|ThrowHelper\.\w+))$/,
    unimplemented:
      /^(?:(?:\w+\.)*(?:NotImplemented|Unimplemented|Todo|NotYetImplemented)\s*\([^()]*\);?|(?:\w+\.)*StatusCode\((?:501|StatusCodes\.Status501NotImplemented)[^()]*\))$/i,
    quiets: /^_ = [\w.]+;$|^;$/,
    constants: /^(?:[A-Z][A-Z0-9_]+|(?:[A-Z]\w*\.)+[A-Z]\w*)$/,
    itself: /^this$/,
  },
  tests: {
    files: /Tests?\.cs$|(?:^|\/)[\w.]*Tests?\//,
    isTest: ({ head }) =>
      /\[[^\]]*\b(?:Fact|Theory|Test|TestCase|TestCaseSource|TestMethod|DataTestMethod|SkippableFact|Property|AutoData)(?:Attribute)?\b/.test(
        head,
      ),
    skippedHead: /\[[^\]]*\b(?:Skip\s*=\s*[$@"\w]|Ignore(?:Attribute)?\b|Explicit\b)[^\]]*\]/,
    conditionalHead: /\bSkip(?:If|Unless|When)\b|\bPlatform\b|ConditionalFact|ConditionalTheory|IgnoreOn|\bUntil\s*=/,
    skips: /^Assert\.(?:Ignore|Inconclusive|Skip)\s*\(|^Skip\.(?:If\(\s*true|Always)|^throw new SkipException/,
    asserts:
      /\b(?:Assert\w*|CollectionAssert|StringAssert|Verify\w*|Should\w*|Expect\w*|Received\w*|Approvals|Throws\w*)\s*[.(<]|(?<![\w.])(?:Check|Ensure|Must|Validate|Compare)\w*\s*[(<]|\.(?:Should|Verify|Must|Received|DidNotReceive|VerifyAll|Throw)\w*\b|\bthrow\b|\bExpect\b/,
    vacuous:
      /\bAssert\.(?:(?:Is)?True\(\s*(?:true|\d[\d\s.+*/%-]*==\s*\d[\d\s.+*/%-]*)|False\(\s*false|IsFalse\(\s*false|Null\(\s*null|IsNull\(\s*null|NotNull\(\s*(?:"[^"]*"|new object\(\))|(?:Equal|AreEqual)\(\s*(?:([\w"]+)\s*,\s*\1|\d[\d\s.+*/%-]*,\s*\d[\d\s.+*/%-]*)|That\(\s*true(?:\s*,\s*Is\.True)?|That\(\s*([\w"]+)\s*,\s*Is\.EqualTo\(\s*\2\s*\)|Pass\()\s*(?:,[^)]*)?\)|\btrue\.Should\(\)\.BeTrue\([^)]*\)/,
    exempt: /ExpectedException|Benchmark/,
  },
  conditionalHead: NEVER,
  conditionalFile: NEVER,
  nameOf: ({ name }) => name,
  parameterNames: (parameters) =>
    parameters
      .replace(/^\(|\)$/g, '')
      .replace(/<[^<>]*(?:<[^<>]*>[^<>]*)*>|\[[^\]]*\]|\([^()]*\)/g, '')
      .split(',')
      // Handed through everything, or whatever a framework has at hand.
      .filter((part) => !/^\s*(?:(?:\w+\.)*CancellationToken\b|object\?? (?:parameter|state|sender|obj)\b)/.test(part))
      .map((part) => /(\w+)\s*(?:=.*)?$/.exec(part.trim())?.[1] ?? '')
      .filter((name) => name !== '' && name !== 'cancellationToken' && name !== 'ct'),
  constructors: ({ name, container, result }) =>
    name === container ||
    result === '' ||
    /^(?:Dispose\w*|Finalize|ToString|GetHashCode|Equals|CompareTo|MoveNext|Reset)$/.test(name),
  abstract: ({ containerHead, head, code }) =>
    /\binterface\s+I?\w/.test(containerHead) ||
    /\b(?:abstract|extern|partial)\s/.test(head.replace(/\[[\s\S]*\]/, '')) ||
    (/\bvirtual\b/.test(head) && /^\{\s*\}$/.test(code)) ||
    (/\bvirtual\b/.test(head) &&
      /\babstract\b/.test(containerHead) &&
      /^(?:\{|=>)\s*throw new (?:System\.)?NotImplementedException\(\);?\s*\}?$/.test(code)),
  demanded: ({ head, bases }) =>
    /\boverride\b/.test(head) ||
    /\bvirtual\b/.test(head) ||
    (/EventArgs|\bobject\??\s+sender\b/.test(head) && bases !== ''),
  returnsNothing: ({ result }) => /^(?:void|(?:Value)?Task)$/.test(result.trim()),
};
