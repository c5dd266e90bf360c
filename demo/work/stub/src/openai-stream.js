// OpenAI's chat completions, streamed.

/** Starts a streamed request: gives an async iterable of the pieces of text, as they arrive. */
export function openaiStartStream(_request, _transport) {
  throw new Error('not implemented');
}
