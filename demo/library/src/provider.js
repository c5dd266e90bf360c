// The table of providers: whoever has a model's name finds here what to call.
import { google } from './google.js';
import { openai } from './openai.js';

const table = new Map([google, openai].map((entry) => [entry.name, entry]));
const prefixes = { 'gemini-': 'google', 'gpt-': 'openai' };

/** The provider of that name: `{ name, send(request, transport) }` and, where it can stream, `startStream`. */
export function provider(name) {
  const found = table.get(name);
  if (found === undefined) throw new Error(`unknown provider: ${name}`);
  return found;
}

/** The provider that serves a model. */
export function providerOf(model) {
  const prefix = Object.keys(prefixes).find((start) => model.startsWith(start));
  if (prefix === undefined) throw new Error(`no provider serves the model ${model}`);
  return provider(prefixes[prefix]);
}
