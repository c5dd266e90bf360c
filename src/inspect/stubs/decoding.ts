/** Bytes of a source file as text, and whether there is anything in it to judge. */

/** UTF-8, or else Latin-1, where every byte is a character: lines and offsets stay right. Without the byte order mark. */
export function decode(source: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(source);
  } catch {
    return new TextDecoder('latin1').decode(source);
  }
}

/** Why a file is passed over that says of itself that a program wrote it. */
export const GENERATED = 'generated';

const MARK =
  /^[^\S\n]*(?:\/\/|\/?\*|#|--|;|<!--|%|"""|''')?.*(?:@generated\b|\bdo not (?:edit|modify)\b|<auto-?generated|\bauto-?generated (?:by|from|file|code|with)\b|\bautomatically generated\b|\b(?:code|file|class|this|was|is|been|parser|source|bindings|tables?) (?:is |was |been |has been )*(?:auto-?)?generated (?:by|from|with|using|automatically)\b)/im;

/** Comment lines at the head of the file; a word "generated" further down is about something else. */
function header(text: string): string {
  const lines: string[] = [];
  for (const line of text.slice(0, 4000).split('\n', 40)) {
    if (!/^\s*(?:\/\/|\/\*|\*|#(?!\s*(?:include|define|if|pragma|import))|<!--|"""|''')|^\s*$|\*\//.test(line)) break;
    lines.push(line);
  }
  return lines.join('\n');
}

/** Why a file is not looked into; null when it is. */
export function passedOver(source: Uint8Array, text: string): string | null {
  if (source.subarray(0, 8000).includes(0)) return 'binary';
  if (MARK.test(header(text))) return GENERATED;
  const lines = text.length / (1 + (text.match(/\n/g)?.length ?? 0));
  return text.length > 20_000 && lines > 400 ? 'minified' : null;
}
