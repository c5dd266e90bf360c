/** Rust: the last expression is the result, attributes stand before, macros say `todo!()`. */
import { NEVER, type Profile } from '../profile.js';

export const rust: Profile = {
  name: 'rust',
  extensions: ['.rs'],
  grammar: () => 'rust',
  separator: '::',
  query: `
    (function_item name: (_) @name parameters: (_) @parameters return_type: (_)? @result body: (block) @body) @function
    (impl_item trait: (_)? @bases type: (_) @name body: (_) @body) @container
    (trait_item name: (_) @name body: (_) @body) @container
    (mod_item name: (_) @name body: (_) @body) @container
    (attribute_item) @attribute
    (line_comment) @comment
    (block_comment) @comment`,
  syntax: {
    blocks: ['block', 'unsafe_block', 'async_block'],
    returns: ['return_expression'],
    throws: [],
    transparent: [
      'expression_statement',
      'parenthesized_expression',
      'await_expression',
      'reference_expression',
      'type_cast_expression',
      'try_expression',
      'unary_expression',
    ],
    types: [
      'type_identifier',
      'primitive_type',
      'generic_type',
      'reference_type',
      'scoped_type_identifier',
      'tuple_type',
      'unit_type',
      'type_arguments',
      'mutable_specifier',
      'array_type',
      'lifetime',
      'field_identifier',
      'shorthand_field_identifier',
    ],
    calls: ['call_expression', 'macro_invocation'],
    argumentLists: ['arguments', 'token_tree'],
    constructs: ['struct_expression'],
    collections: ['array_expression', 'tuple_expression', 'field_initializer_list', 'token_tree'],
    pairs: ['field_initializer', 'base_field_initializer'],
    literals: [
      'integer_literal',
      'float_literal',
      'boolean_literal',
      'char_literal',
      'unit_expression',
      'negative_literal',
    ],
    strings: ['string_literal', 'raw_string_literal'],
    identifiers: ['identifier', 'scoped_identifier', 'self'],
    members: ['field_expression'],
    declarations: ['let_declaration'],
    empty: ['empty_statement', 'attribute_item', 'use_declaration'],
    lastIsResult: true,
  },
  words: {
    nothing: /^(?:\(\)|None|Ok\(\(\)\)|Poll::Ready\(\(\)\)|Poll::Ready\(Ok\(\(\)\)\))$/,
    yes: /^(?:true|Ok\(true\)|Some\(true\))$/,
    no: /^(?:false|Ok\(false\))$/,
    wraps:
      /^(?:Ok|Some|Box::new|Arc::new|Rc::new|Box::pin|Cow::(?:Borrowed|Owned|from)|(?:String|Vec|PathBuf|\w+)::from|Poll::Ready|std::mem::take|ready|future::(?:ready|ok)|(?:futures::)?future::(?:ready|ok)|Json|Response::new|Bytes::from\w*|Ok::<.*>)$|\.(?:to_string|to_owned|clone|into|to_vec|as_ref|as_bytes|as_str|to_str|boxed|to_path_buf|unwrap|collect|cloned|into_owned)$/,
    makesEmpty:
      /^(?:(?:\w+::)*(?:Vec|String|HashMap|HashSet|BTreeMap|BTreeSet|VecDeque|PathBuf|OsString|Bytes|BytesMut|Value|Map)(?:::<.*>)?::(?:new|with_capacity|default)|(?:\w+::)*(?:<.*>::)?default|Default::default|(?:std::)?iter::empty|(?:stream|futures::stream)::empty|std::mem::(?:zeroed|default)|vec!|(?:[A-Z]\w*)(?:::<.*>)?::(?:default|new|empty|zero))$/,
    makesCanned:
      /^(?:vec!|json!|serde_json::json!|hashmap!|maplit::\w+!|format!|[A-Z]\w*(?:::[A-Z]\w*)*|Uuid::\w+|StatusCode::\w+|[A-Z]\w*::(?:new|from_static|from|ok|success)|rand::random|SystemTime::now|Utc::now|Instant::now|Duration::\w+|HttpResponse::\w+\(\)\.\w+|bytes!|smallvec!|array!|Decimal::\w+|Json)$/,
    logs: /^(?:(?:\w+::)*(?:println|eprintln|print|eprint|dbg|debug|info|warn|error|trace|log|event|slog)!|(?:self\.)?(?:log(?:ger)?)\.\w+)$/,
    waits:
      /^(?:(?:tokio|async_std|futures_timer|smol)::)?(?:time::|task::|thread::|Timer::)*(?:sleep|after|delay_for|Delay::new)(?:\(.*\))?$|^std::thread::sleep$|^thread::sleep$/,
    fails:
      /^(?:panic!|(?:(?:std::)?process::)?(?:exit|abort)|unreachable!|assert!|bail!|anyhow!|anyhow::(?:bail|anyhow|Error::msg)!?|Err|ensure!|compile_error!|throw!|eyre!|Poll::Ready\(Err|(?:[\w:]+::)*(?:Error|Status)::\w+|Err::<.*>|report!|whatever!)$/,
    unimplemented: /^(?:(?:std::|core::)?(?:todo|unimplemented)!\s*[({[][\s\S]*[)}\]];?)$/,
    quiets: /^let _ = &?\(?[\w, ]+\)?;$|^let _\w* = &?\w+;$|^drop\(\w+\);?$|^\w+;$|^let \([_, ]+\) = \([\w, &]+\);$/,
    constants: /^(?:[A-Z][A-Z0-9_]+|(?:\w+::)+[A-Z]\w*)$/,
    itself: /^self$/,
  },
  tests: {
    files: /(?:^|\/)tests?\/|_tests?\.rs$|(?:^|\/)tests?\.rs$/,
    inside: /#\[\s*cfg\s*\(\s*(?:all\s*\(\s*)?test\b/,
    isTest: ({ head }) =>
      /#\[\s*(?:(?:\w+::)*(?:test|rstest|test_case|wasm_bindgen_test|quickcheck|proptest|test_log|sqlx_test|traced_test))\b/.test(
        head,
      ),
    skippedHead: /#\[\s*ignore\b[^\]]*\]/,
    conditionalHead: /#\[\s*cfg_attr\s*\([^\]]*ignore|#\[\s*cfg\s*\((?!test\))/,
    skips: /^(?:return\s*;?\s*(?:\/\/.*)?$)/,
    asserts:
      /(?<!\.)\b(?:\w*assert\w*|expect\w*|prop_assert\w*|panic|unreachable|insta|check\w*|verify\w*|compare\w*|snapshot\w*|expect_test|matches|ensure\w*|should\w*|must\w*|run_test\w*|test_\w+|ui_test|fail|roundtrip\w*|is_ok|validate\w*)!?\s*(?:!|::|\()|\.(?:unwrap|expect|unwrap_err|expect_err|assert\w*)\(|\?\s*;/i,
    vacuous:
      /\b(?:debug_)?assert!\(\s*(?:true|!false|\d[\d\s.+*/%-]*==\s*\d[\d\s.+*/%-]*)\s*(?:,[^)]*)?\)|\b(?:debug_)?assert_eq!\(\s*(?:(true|false|\(\)|"[^"]*")\s*,\s*\1|\d[\d\s.+*/%-]*,\s*\d[\d\s.+*/%-]*)\s*(?:,[^)]*)?\)|\bassert!\(\s*(\w+)\.(?:is_ok|is_some)\(\)\s*\|\|\s*\2\.(?:is_err|is_none)\(\)\s*\)|\bassert!\(\s*matches!\(\s*\(\)\s*,\s*\(\)\s*\)\s*\)/,
    exempt: /#\[\s*(?:should_panic|bench)\b/,
  },
  conditionalHead: /#\[\s*cfg\s*\((?!test\b|feature)/,
  conditionalFile: NEVER,
  nameOf: ({ name }) => name,
  parameterNames: (parameters) =>
    (
      parameters
        .replace(/^\(|\)$/g, '')
        .match(/(?:^|,)\s*(?:#\[[^\]]*\]\s*)?(?:mut\s+|ref\s+|&\s*)*([A-Za-z_]\w*)\s*:(?!:)/g) ?? []
    )
      .map((part) => /([A-Za-z_]\w*)\s*:$/.exec(part)?.[1] ?? '_')
      .filter((name) => name !== 'self'),
  constructors: ({ name }) => /^(?:new|default|drop|fmt|clone|with_capacity)$/.test(name),
  abstract: ({ containerHead }) =>
    /(?:^|\n)\s*(?:pub(?:\([^)]*\))?\s+)?(?:unsafe\s+)?(?:auto\s+)?trait\b/.test(containerHead),
  demanded: ({ bases }) => bases !== '',
  returnsNothing: ({ result, container }) =>
    result === '' || result.trim() === '()' || (result.trim() === 'Self' && container === '()'),
};
