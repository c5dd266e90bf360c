// OpenAI's chat completions, streamed.
import { openaiBody } from './openai.js';
import { deltaReader } from './openai-deltas.js';

/** Starts a streamed request: gives an async iterable of the pieces of text, as they arrive. */
export async function* openaiStartStream(request, transport) {
  const reader = deltaReader();
  const body = { ...openaiBody({ ...request, options: request.options ?? {} }), stream: true };
  for await (const text of await transport.stream('/v1/chat/completions', body)) {
    yield* reader.push(text);
    if (reader.done) return;
  }
  throw new Error('openai: the stream ended before it was done');
}
