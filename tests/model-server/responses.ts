/** OpenAI Responses: an answer as server-sent events, and errors in their form. */
import type { ToolCall } from './tools.js';
import type { Answer, Status } from './turns.js';

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'invalid_request_error',
  403: 'invalid_request_error',
  404: 'invalid_request_error',
  429: 'requests',
};

export function errorBody({ status, type, message, more }: Status): string {
  return JSON.stringify({
    error: { message, type: type ?? ERROR_TYPES[status] ?? 'server_error', param: null, code: null, ...more },
  });
}

const event = (type: string, data: Record<string, unknown>): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

function itemsOf(answer: Answer, calls: readonly ToolCall[], number: number): Record<string, unknown>[] {
  const part = answer.refused
    ? { type: 'refusal', refusal: answer.text }
    : { type: 'output_text', text: answer.text, annotations: [] };
  const said = answer.text === '' ? [] : [{ type: 'message', id: `msg_${number}`, role: 'assistant', content: [part] }];
  return [
    ...said,
    ...calls.map((call, at) => {
      const id = `${number}_${at}`;
      return call.form === 'custom'
        ? { type: 'custom_tool_call', id: `ctc_${id}`, call_id: `call_${id}`, name: call.name, input: call.input }
        : {
            type: 'function_call',
            id: `fc_${id}`,
            call_id: `call_${id}`,
            name: call.name,
            arguments: JSON.stringify(call.input),
          };
    }),
  ];
}

/** The events of a streamed answer, in order. @param number of the request, for ids */
export function events(answer: Answer, calls: readonly ToolCall[], model: string, number: number): string[] {
  const { input, output } = answer.usage;
  const response = { id: `resp_${number}`, object: 'response', model };
  const items = itemsOf(answer, calls, number);
  const usage = {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + output,
  };
  return [
    event('response.created', { response: { ...response, status: 'in_progress' } }),
    ...items.map((item, at) => event('response.output_item.done', { output_index: at, item })),
    ...(answer.unfinished
      ? []
      : [event('response.completed', { response: { ...response, status: 'completed', output: items, usage } })]),
  ];
}
