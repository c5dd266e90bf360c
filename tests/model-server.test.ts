import { withServer } from './model-server/running.js';
import { often, say, shell, status, verdict, write } from './model-server/turns.js';
import { inFolder } from './rig/folder.js';
import { assert, suite } from './rig/suite.js';

const test = suite('model server');

const ask = (url: string, path: string, body: unknown): Promise<Response> =>
  fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });

const TOOLS = [{ name: 'Bash' }, { name: 'Write' }];

test('Anthropic Messages are answered as a stream, or whole where no stream is wanted', () =>
  inFolder((dir) =>
    withServer([shell('ls'), say('done')], dir, async (server) => {
      const streamed = await ask(server.url, '/v1/messages', { model: 'm', stream: true, tools: TOOLS });
      const text = await streamed.text();
      assert.match(text, 'event: message_start');
      assert.match(text, '"name":"Bash"');
      assert.match(text, '"stop_reason":"tool_use"');
      assert.match(text, 'event: message_stop');
      const whole = await ask(server.url, '/v1/messages?beta=true', { model: 'm', tools: TOOLS });
      const message = (await whole.json()) as { content: unknown; stop_reason: string };
      assert.equal(message.content, [{ type: 'text', text: 'done' }]);
      assert.is(message.stop_reason, 'end_turn');
    }),
  ));

test('OpenAI Responses are answered as a stream, in the words of the tools that are offered', () =>
  inFolder((dir) =>
    withServer([write('a.txt', 'a\n'), verdict({ ok: true })], dir, async (server) => {
      const tools = [{ type: 'custom', name: 'apply_patch' }];
      const first = await (await ask(server.url, '/v1/responses', { model: 'm', tools })).text();
      assert.match(first, '*** Add File: a.txt');
      const among = [{ type: 'additional_tools', tools: [{ name: 'functions', tools: [{ name: 'exec' }] }] }];
      const second = await (await ask(server.url, '/v1/responses', { model: 'm', input: among })).text();
      assert.match(second, String.raw`{\"ok\":true}`);
      assert.match(second, 'event: response.completed');
    }),
  ));

test('errors have the form of their protocol and the headers of the script', () =>
  inFolder((dir) =>
    withServer([often(status(429, { headers: { 'retry-after': '7' } }))], dir, async (server) => {
      const one = await ask(server.url, '/v1/messages', { model: 'm' });
      assert.is(one.status, 429);
      assert.is(one.headers.get('retry-after'), '7');
      assert.match(await one.text(), '"type":"error"');
      const other = await ask(server.url, '/v1/responses', { model: 'm' });
      assert.match(await other.text(), '"param":null');
    }),
  ));

test('a request beyond the end of the script fails the test, and so does a turn that nobody asked for', () =>
  inFolder(async (dir) => {
    const failed = async (asks: number, turns: number): Promise<string> => {
      try {
        await withServer(
          Array.from({ length: turns }, () => say('x')),
          dir,
          async (server) => {
            for (let at = 0; at < asks; at += 1) await ask(server.url, '/v1/messages', { model: 'm' });
          },
        );
      } catch (error) {
        return String(error);
      }
      return '';
    };
    assert.is(await failed(2, 2), '');
    assert.match(await failed(2, 1), '1 requests came after the script');
    assert.match(await failed(1, 2), '1 turns of the script were not asked for');
  }));

test('what was asked is kept: who, where, and all that was sent', () =>
  inFolder((dir) =>
    withServer([say('x')], dir, async (server) => {
      await fetch(server.url, { method: 'HEAD' });
      await ask(server.url, '/v1/messages', { model: 'big', effort: 'high' });
      assert.equal(
        server.asked.map((one) => [one.method, one.path, one.number]),
        [
          ['HEAD', '/', null],
          ['POST', '/v1/messages', 1],
        ],
      );
      assert.is(server.turns[0]?.body?.effort, 'high');
    }),
  ));
