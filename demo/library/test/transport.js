// A transport that plays a script and keeps what was sent.

/** `answers` are given in turn: JSON for `post`, a list of text pieces for `stream`. */
export function scriptedTransport(...answers) {
  const sent = [];
  const take = (path, body) => {
    sent.push({ path, body });
    if (answers.length === 0) throw new Error(`nothing is left in the script for ${path}`);
    return answers.shift();
  };
  return {
    sent,
    post: async (path, body) => take(path, body),
    stream: async (path, body) =>
      (async function* pieces() {
        yield* take(path, body);
      })(),
  };
}
