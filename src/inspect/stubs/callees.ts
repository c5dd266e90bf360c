/** What is called, by its name: walks over things, questions, answers, timers. */

/** Walks over things: to log each of them is to log. */
export const EACH = /(?:^|\.)(?:each|forEach|for_each|each_with_index|each_pair|each_value|ForEach)\b/;

/** Kinds of loops that go over things. */
export const LOOPS =
  /^(?:for|for_statement|for_in_statement|for_range_loop|for_expression|(?:enhanced_for|foreach)_statement)$/;

/** Callees that only compare with an error or a status: they are handed it, and do not answer it. */
export const ASKS =
  /(?:^|[.:>])(?:is|as|has|in|eq|equals?|includes?|contains|match(?:es)?|test|some|any|every|all|filter|find|get|isinstance|instance_of|is_a|kind_of|index_?of|compare|assert\w*|expect\w*)[?!]?$/i;

/** Callees that call what they are handed, a little later. */
export const DEFERS = /^(?:process\.nextTick|nextTick|setImmediate|setTimeout|queueMicrotask)$/;

/** What goes on to the next in a chain, and hands it nothing. */
export const GOES_ON = /^next\(\)$/;

/** Callees that answer a request. */
export const ANSWERS =
  /(?:^|[.:>])(?:json|text|send|send_?status|send_?error|end|status|status_?code|body|head|header|write_?head(?:er)?|render|reply|respond|abort|error|response|\w+Response|plain|halt|build|code)$/i;

/** `new Promise((done) => setTimeout(done, 300))`. */
export const waitsForTimer = (text: string): boolean =>
  /^new Promise(?:<\w+>)?\(\s*(?:\(\s*)?([\w$]+)[^=]{0,20}=>\s*\{?\s*(?:return )?setTimeout\(\s*\1\s*[,)]/.test(text);

/** Callees that say who answers an error or a route: what they are handed is a name in a table. */
export const WIRES =
  /(?:^|[.:>])(?:suppress|raises|catch|rescue(?:_from)?|(?:un)?register(?:_?\w*handler)?|error_?handler|add_?(?:error_?)?handler|ignor(?:e|ing)|retry_on|discard_on|use|all|trace|options|route|mount)[?!]?$/i;
