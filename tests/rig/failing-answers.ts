/** Answers of a model that no turn of the model server stands for: streams that fail, and that end for reasons of their own. */
import { raw, type Turn } from '../model-server/turns.js';

/** A stream that fails, in the words of the Responses API. */
export const failing = (code: string, message: string): Turn =>
  raw(
    `event: response.failed\ndata: ${JSON.stringify({ type: 'response.failed', response: { id: 'resp_1', error: { code, message } } })}\n\n`,
  );

/** An answer of the Messages API that ends for that reason. */
export const endingFor = (reason: string): Turn => {
  const events = [
    {
      type: 'message_start',
      message: {
        ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-5-5', content: [] },
        ...{ stop_reason: null, stop_sequence: null, usage: { input_tokens: 100, output_tokens: 1 } },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'half' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 20 } },
    { type: 'message_stop' },
  ];
  return raw(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
};
