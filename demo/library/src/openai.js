// OpenAI's chat completions. A request is { model, messages: [{ role, text }], tools?, options? }.

/** The request as this provider wants it. */
export function openaiBody(request) {
  const options = request.options;
  const body = {
    model: request.model,
    messages: request.messages.map(({ role, text }) => ({ role, content: text })),
  };
  if (options.maxTokens !== undefined) body.max_completion_tokens = options.maxTokens;
  if (options.temperature !== undefined) body.temperature = options.temperature;
  if (request.tools?.length > 0) {
    body.tools = request.tools.map((tool) => ({ type: 'function', function: tool }));
  }
  return body;
}

/** What the provider answered, as { text, toolCalls, finish }. */
export function openaiReply(json) {
  if (json.error !== undefined) throw new Error(`openai: ${json.error.message}`);
  const { message, finish_reason: finish } = json.choices[0];
  const toolCalls = (message.tool_calls ?? []).map((call) => ({
    id: call.id,
    name: call.function.name,
    args: JSON.parse(call.function.arguments),
  }));
  return { text: message.content ?? '', toolCalls, finish };
}

async function openaiSend(request, transport) {
  return openaiReply(await transport.post('/v1/chat/completions', openaiBody(request)));
}

export const openai = {
  name: 'openai',
  send: openaiSend,
};
