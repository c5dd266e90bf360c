// Google's generateContent. A message of role `assistant` is Google's `model`.

/** The request as this provider wants it. */
export function googleBody(request) {
  const contents = request.messages.map((message) => ({
    role: message.role === 'assistant' ? 'model' : 'user',
    parts: [partOf(message)],
  }));
  const { maxTokens, temperature } = request.options ?? {};
  const generationConfig = {};
  if (maxTokens !== undefined) generationConfig.maxOutputTokens = maxTokens;
  if (temperature !== undefined) generationConfig.temperature = temperature;
  return { contents, generationConfig };
}

function partOf(message) {
  return { text: message.text };
}

/** What the provider answered, as { text, toolCalls, finish }. */
export function googleReply(json) {
  if (json.error !== undefined) throw new Error(`google: ${json.error.message}`);
  const [candidate] = json.candidates;
  const parts = candidate.content.parts;
  const text = parts.map((part) => part.text ?? '').join('');
  const toolCalls = parts
    .filter((part) => part.functionCall !== undefined)
    .map(({ functionCall }) => ({ name: functionCall.name, args: functionCall.args }));
  return { text, toolCalls, finish: candidate.finishReason };
}

async function googleSend(request, transport) {
  return googleReply(await transport.post(`/v1beta/models/${request.model}:generateContent`, googleBody(request)));
}

export const google = {
  name: 'google',
  send: googleSend,
};
