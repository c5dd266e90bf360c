/** Anthropic Messages: an answer as server-sent events or as one JSON object, and errors in their form. */
import type { ToolCall } from './tools.js';
import type { Answer, Status } from './turns.js';

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
};

export function errorBody({ status, type, message, more }: Status): string {
  return JSON.stringify({
    type: 'error',
    error: { type: type ?? ERROR_TYPES[status] ?? 'api_error', message, ...more },
    request_id: 'req_scripted',
  });
}

interface Block {
  readonly start: Record<string, unknown>;
  readonly delta: Record<string, unknown>;
  readonly whole: Record<string, unknown>;
}

function blocksOf(answer: Answer, calls: readonly ToolCall[], number: number): Block[] {
  const text: Block[] =
    answer.text === ''
      ? []
      : [
          {
            start: { type: 'text', text: '' },
            delta: { type: 'text_delta', text: answer.text },
            whole: { type: 'text', text: answer.text },
          },
        ];
  return [
    ...text,
    ...calls.map((call, at) => {
      const head = { type: 'tool_use', id: `toolu_${number}_${at}`, name: call.name };
      return {
        start: { ...head, input: {} },
        delta: { type: 'input_json_delta', partial_json: JSON.stringify(call.input) },
        whole: { ...head, input: call.input },
      };
    }),
  ];
}

function stopReason(answer: Answer): string | null {
  if (answer.unfinished) return null;
  if (answer.refused) return 'refusal';
  return answer.calls.length > 0 ? 'tool_use' : 'end_turn';
}

const event = (type: string, data: Record<string, unknown>): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

/** The events of a streamed answer, in order. @param number of the request, for ids */
export function events(answer: Answer, calls: readonly ToolCall[], model: string, number: number): string[] {
  const { input, output } = answer.usage;
  const message = {
    id: `msg_${number}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: input, output_tokens: 1 },
  };
  return [
    event('message_start', { message }),
    ...blocksOf(answer, calls, number).flatMap(({ start, delta }, index) => [
      event('content_block_start', { index, content_block: start }),
      event('content_block_delta', { index, delta }),
      event('content_block_stop', { index }),
    ]),
    event('message_delta', {
      delta: { stop_reason: stopReason(answer), stop_sequence: null },
      usage: { output_tokens: output },
    }),
    ...(answer.unfinished ? [] : [event('message_stop', {})]),
  ];
}

/** The same as one object, for a request that wants no stream. */
export function whole(answer: Answer, calls: readonly ToolCall[], model: string, number: number): string {
  return JSON.stringify({
    id: `msg_${number}`,
    type: 'message',
    role: 'assistant',
    model,
    content: blocksOf(answer, calls, number).map((block) => block.whole),
    stop_reason: stopReason(answer),
    stop_sequence: null,
    usage: { input_tokens: answer.usage.input, output_tokens: answer.usage.output },
  });
}
