/** The verdict as a JSON Schema, for agents that can be held to one (DESIGN "Verdict"). */

const text = (description: string): unknown => ({ type: ['string', 'null'], description });

const properties = {
  ok: { type: 'boolean', description: 'true only if the whole task is done' },
  reason: text('if not ok: why, in a sentence or two'),
  blockedBy: text('if something is missing that another task owes: the name of that task'),
  symbol: text('the function or type that is missing or only a stub'),
  file: text('the file in which it is or should be'),
  question: text('if only a person can decide: the question'),
  options: { type: ['array', 'null'], items: { type: 'string' }, description: 'answers to choose from' },
  deferredStubs: {
    type: ['array', 'null'],
    description: 'stubs left for a later task that depends on this one',
    items: {
      type: 'object',
      properties: { symbol: { type: 'string' }, file: { type: 'string' }, until: { type: 'string' } },
      required: ['symbol', 'file', 'until'],
      additionalProperties: false,
    },
  },
};

/** Only `ok` is asked for. */
export const VERDICT_SCHEMA = { type: 'object', properties, required: ['ok'], additionalProperties: false };

/** Every property is asked for, null where there is nothing to say: what strict schemas demand. */
export const STRICT_VERDICT_SCHEMA = { ...VERDICT_SCHEMA, required: Object.keys(properties) };
