// What OpenAI's chat completions send while they stream.
import { sseParser } from './sse.js';

/** Turns what the network delivers into the pieces of text the model wrote; `done` once the stream said so. */
export function deltaReader() {
  const parser = sseParser();
  let done = false;
  return {
    get done() {
      return done;
    },
    push(text) {
      const pieces = [];
      for (const { data } of parser.push(text)) {
        if (data === '[DONE]') done = true;
        else pieces.push(JSON.parse(data).choices[0]?.delta.content ?? '');
      }
      return pieces.filter((piece) => piece !== '');
    },
  };
}
