/** The story in other languages: a stub left, called done, named by its consumer, reopened and finished. No compiler. */
import { sameSymbol } from '../src/backlog/named.js';
import { withProject } from './rig/project.js';
import { assert, suite } from './rig/suite.js';

const test = suite('blame, languages');

interface Telling {
  readonly file: string;
  readonly stub: string;
  readonly real: string;
  /** As the consumer's agent writes it. */
  readonly symbol: string;
  readonly line: number;
}

const TOLD: Readonly<Record<string, Telling>> = {
  'C, behind a vtable': {
    file: 'src/providers/openai/openai.c',
    stub: `#include "openai.h"

static res_t openai_start_stream(void *ctx, const request_t *req)
{
    (void)ctx;
    (void)req;
    return ERR(NOT_IMPLEMENTED, "streaming is not wired up yet");
}

static int openai_fdset(void *ctx, fd_set *set)
{
    return multi_fdset(((openai_t *)ctx)->multi, set);
}

const provider_vtable_t OPENAI_VTABLE = {
    .start_stream = openai_start_stream,
    .fdset = openai_fdset,
};
`,
    real: `#include "openai.h"

static res_t openai_start_stream(void *ctx, const request_t *req)
{
    openai_t *self = ctx;
    return multi_add(self->multi, request_body(req), on_sse_data);
}

static int openai_fdset(void *ctx, fd_set *set)
{
    return multi_fdset(((openai_t *)ctx)->multi, set);
}

const provider_vtable_t OPENAI_VTABLE = {
    .start_stream = openai_start_stream,
    .fdset = openai_fdset,
};
`,
    symbol: 'openai_start_stream()',
    line: 3,
  },
  Python: {
    file: 'provider/stream.py',
    stub: 'class Stream:\n    def start(self, request):\n        raise NotImplementedError\n',
    real: 'class Stream:\n    def start(self, request):\n        return self.multi.add(request.body(), self.on_data)\n',
    symbol: 'Stream.start',
    line: 2,
  },
  Rust: {
    file: 'src/stream.rs',
    stub: 'pub struct Stream;\n\nimpl Stream {\n    pub fn start(&mut self, request: &Request) -> Result<Handle, Error> {\n        todo!()\n    }\n}\n',
    real: 'pub struct Stream;\n\nimpl Stream {\n    pub fn start(&mut self, request: &Request) -> Result<Handle, Error> {\n        self.multi.add(request.body()?)\n    }\n}\n',
    symbol: 'Stream::start',
    line: 4,
  },
  Go: {
    file: 'stream.go',
    stub: 'package stream\n\nfunc (s *Stream) Start(request Request) (Handle, error) {\n\treturn Handle{}, errors.New("not implemented")\n}\n',
    real: 'package stream\n\nfunc (s *Stream) Start(request Request) (Handle, error) {\n\treturn s.multi.Add(request.Body())\n}\n',
    symbol: '(*Stream).Start',
    line: 3,
  },
};

for (const [language, { file, stub, real, symbol, line }] of Object.entries(TOLD)) {
  test(language, () => {
    const check = `! grep -rnE 'NOT_IMPLEMENTED|NotImplementedError|todo!|not implemented' --include='${file.replace(/.*\//, '')}' .`;
    return withProject(
      {
        tasks: {
          up: `# Up\n\nStart the stream in \`${file}\`.`,
          down: `---\ndepends: [up]\n---\n# Down\n\n## Postconditions\n- [ ] \`${check}\` passes\n`,
        },
        config: { ladder: ['small/none', 'large/none'], stubs: { gate: 'off' } },
        script: [
          { task: 'up', nth: 1, write: { [file]: stub } },
          { task: 'up', write: { [file]: real } },
          {
            task: 'down',
            nth: 1,
            verdict: { ok: false, reason: `${symbol} is a stub`, blockedBy: 'up.md', symbol, file },
          },
        ],
      },
      async (made) => {
        assert.is((await made.make(['orchestrate'])).code, 0);
        assert.equal(
          made.invocations().map(({ task, rung }) => `${task} ${rung}`),
          ['up small/none', 'down small/none', 'up small/none', 'down small/none'],
        );
        const reopened = made.journal().find((event) => event.type === 'reopened');
        assert.ok(reopened?.type === 'reopened');
        assert.ok(sameSymbol(reopened.symbol ?? '', symbol), reopened.symbol ?? '');
        assert.equal([reopened.task, reopened.file, reopened.line], ['up', file, line]);
        assert.match(made.invocations()[2]?.prompt ?? '', `down needs ${reopened.symbol} in ${file}:${line} from up`);
      },
    );
  });
}
