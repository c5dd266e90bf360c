// Plays the part of a coding agent in the demo, by task and by rung: it writes real files into the workspace, leaves a
// stub and calls it done, fails where the models of the real run failed, forgets what only its consumer misses, and says
// so when somebody else's work is missing. No model is asked and nothing is paid; the usage it reports is made up from
// the length of the texts.
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const { STEPLADDER_TASK: task = '', STEPLADDER_MODEL: model, STEPLADDER_THINKING: thinking } = process.env;
const prompt = readFileSync(0, 'utf8');
const parts = join(dirname(fileURLToPath(import.meta.url)), 'work');
const STREAM = 'src/openai-stream.js';
const SIGNATURE_READER = `/** The thought signature that a message carries; undefined without one. */
export function googleSignature(message) {
  return message.thoughtSignature;
}`;

/** Copies what the part wrote over the workspace. */
const write = (part) => cpSync(join(parts, part), '.', { recursive: true });
/** Replaces text in a file of the workspace; nothing if that was done before. */
function edit(file, from, to) {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(to)) writeFileSync(file, text.replace(from, to));
}
/** Its work was done once, and found unfinished: the prompt says by whom, and what is missing. */
const reopened = prompt.includes('opened again');
const stubStands = () => existsSync(STREAM) && readFileSync(STREAM, 'utf8').includes('not implemented');

const ok = { ok: true };
const roles = {
  // The first time it delivers the parser, leaves the function itself a stub, and calls that done. Called again, with
  // the stub in sight, it delivers the real thing.
  'openai-streaming-chat'() {
    write(stubStands() ? 'streaming' : 'stub');
    edit('src/openai.js', 'send: openaiSend,\n};', 'send: openaiSend,\n  startStream: openaiStartStream,\n};');
    edit(
      'src/openai.js',
      '\n\n/** The req',
      "\nimport { openaiStartStream } from './openai-stream.js';\n\n/** The req",
    );
    return ok;
  },
  // The tests are right from the start; that the library crashes is understood by the biggest model only.
  'tests-openai-basic'() {
    write('basic');
    if (model === 'opus') {
      edit('src/openai.js', 'const options = request.options;', 'const options = request.options ?? {};');
      return ok;
    }
    const reason =
      thinking === 'thinking'
        ? 'Client serialization tests fail: 15 of 22 tests pass, the others end in a TypeError'
        : 'Same issue: openaiBody() crashes on a request without options; 15 of 22 tests pass';
    return { ok: false, reason };
  },
  'tests-openai-streaming'() {
    if (!existsSync(STREAM) || stubStands()) {
      return {
        ok: false,
        reason: 'openaiStartStream() throws “not implemented”: the deltas are read, the stream is never started',
        blockedBy: 'openai-streaming-chat',
        symbol: 'openaiStartStream',
        file: STREAM,
      };
    }
    write('tests-streaming');
    return ok;
  },
  // Forgets half of it, claims it done, and mends it when it is shown the red check. One function it forgets altogether:
  // no check asks for that, and what is not there is no stub. Whoever needs it says so.
  'google-thought-signatures'() {
    const again = existsSync('test/google-signatures.test.js');
    write('signatures');
    edit(
      'src/google.js',
      'return { text, toolCalls, finish: candidate.finishReason };',
      `const thoughtSignature = parts.find((part) => part.thoughtSignature !== undefined)?.thoughtSignature;
  return { text, toolCalls, finish: candidate.finishReason, ...(thoughtSignature && { thoughtSignature }) };`,
    );
    if (again) {
      const back = 'return { text: message.text, ...(thoughtSignature && { thoughtSignature }) };';
      edit('src/google.js', 'return { text: message.text };', `const { thoughtSignature } = message;\n  ${back}`);
    }
    if (reopened) {
      edit('src/google.js', 'async function googleSend', `${SIGNATURE_READER}\n\nasync function googleSend`);
      write('signature-reader');
    }
    return ok;
  },
  'tests-integration-switching'() {
    if (!readFileSync('src/google.js', 'utf8').includes('googleSignature')) {
      return {
        ok: false,
        reason: 'googleSignature() is missing: nothing gives a message’s thought signature to the other provider',
        blockedBy: 'google-thought-signatures',
        symbol: 'googleSignature',
        file: 'src/google.js',
      };
    }
    write('switching');
    return ok;
  },
  'tests-integration-flows'() {
    write('flows');
    return ok;
  },
  'vcr-makefile'() {
    write('cassettes');
    const target = '# make cassettes plays the recorded exchanges back.\ncassettes:\n\t@node test/cassettes.js\n\n';
    edit('Makefile', '.PHONY: check', `${target}.PHONY: check cassettes`);
    return ok;
  },
  // An audit: it looks, and changes nothing.
  'verify-providers': () => ok,
};

const role = roles[task];
const verdict = role?.() ?? { ok: false, reason: `the demo's agent has no part for ${task}: choose a real agent` };
// A little time to think, so that the run can be watched.
await pause({ none: 200, thinking: 400, extended: 700 }[thinking] ?? 900);
const inputTokens = Math.ceil(prompt.length / 4);
const outputTokens = { none: 400, thinking: 1200, extended: 2600 }[thinking] ?? 5200;
const [priceIn, priceOut] = model === 'opus' ? [5e-6, 25e-6] : [3e-6, 15e-6];
const costUsd = Number((inputTokens * priceIn + outputTokens * priceOut).toFixed(4));
console.log(JSON.stringify({ ...verdict, usage: { inputTokens, outputTokens, costUsd } }));
