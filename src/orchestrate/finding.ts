/** What the doctor has to say of one thing that he looked at. */
import { type Diagnostic, printable, Refusal } from '../diagnostic.js';

export interface Finding {
  /** What was looked at, in a word or two. */
  readonly what: string;
  /** `wrong`: no run could start, or it would halt at once; `unsure`: may be wrong, a run would start all the same. */
  readonly state: 'fine' | 'wrong' | 'unsure';
  readonly says: string;
  /** '' where nothing is to be done. */
  readonly remedy: string;
}

export const fine = (what: string, says: string): Finding => ({ what, state: 'fine', says, remedy: '' });
export const wrong = (what: string, says: string, remedy: string): Finding => ({ what, state: 'wrong', says, remedy });
export const unsure = (what: string, says: string, remedy: string): Finding => ({
  what,
  state: 'unsure',
  says,
  remedy,
});

export const said = (what: string, diagnostic: Diagnostic): Finding =>
  wrong(
    what,
    `${diagnostic.place === undefined ? '' : `${diagnostic.place.file}: `}${diagnostic.message}`,
    diagnostic.remedy ?? '',
  );

/** What a look finds; null where it was refused, or the system would not let it: that is noted. */
export function look<T>(what: string, findings: Finding[], action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (error instanceof Refusal) findings.push(...error.diagnostics.map((one) => said(what, one)));
    else if (error instanceof Error && 'code' in error) {
      findings.push(wrong(what, printable(error.message), 'see to it, and look again'));
    } else throw error;
    return null;
  }
}
