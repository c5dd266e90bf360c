// Server-sent events, however the network cuts them into pieces.

/** A parser: `push(text)` gives the events completed by that piece, each { event, data }. */
export function sseParser() {
  let rest = '';
  return {
    push(text) {
      const blocks = `${rest}${text}`.replaceAll('\r\n', '\n').split('\n\n');
      rest = blocks.pop();
      return blocks.map(eventOf).filter((event) => event !== null);
    },
  };
}

function eventOf(block) {
  let event = 'message';
  const data = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const [field, value] = colon === -1 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
  }
  return data.length === 0 ? null : { event, data: data.join('\n') };
}
