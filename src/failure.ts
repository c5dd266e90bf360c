/** The one place where what went wrong becomes text and an exit code. No stack trace for anything that is the world's fault. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, type ExitCode, printable, Refusal, renderDiagnostic } from './diagnostic.js';

/** What a person can do about an error of the operating system, by its code. */
const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'check who owns it and its permissions',
  EPERM: 'check who owns it and its permissions',
  EROFS: 'the file system is read-only: remount it, or work in a copy elsewhere',
  ENOSPC: 'the disk is full: free some space, then run the same command again',
  EDQUOT: 'the disk quota is used up: free some space, then run the same command again',
  EMFILE: 'too many files are open: raise the limit (ulimit -n) or run fewer jobs',
  ENFILE: 'the machine has too many files open: run fewer jobs',
  EIO: 'the disk reports an error: look at the system log before you trust it further',
  ENOTDIR: 'a file stands where a folder should be: move it away',
  EISDIR: 'a folder stands where a file should be: move it away',
  ELOOP: 'symbolic links run in a circle: mend them',
  ENAMETOOLONG: 'give it a shorter name',
};

export interface SystemError extends Error {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
}

/** Whether an error is the operating system's: the world's fault, whatever the program did. */
export const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code);

/** What a person can do about it, one line. */
export function remedyOf(error: SystemError): string {
  return REMEDIES[error.code] ?? 'see to it and run the same command again';
}

/**
 * Text for standard error and the exit code of a failure.
 * @param root absolute path that diagnostics' files are relative to
 */
export function explain(error: unknown, root: string): { text: string; exitCode: ExitCode } {
  if (error instanceof Refusal) {
    const read = (file: string): string | null => {
      try {
        return readFileSync(join(root, file), 'utf8');
      } catch {
        return null;
      }
    };
    return { text: error.diagnostics.map((d) => renderDiagnostic(d, read)).join(''), exitCode: error.exitCode };
  }
  if (isSystemError(error)) {
    const what = `${error.syscall ?? 'a system call'} failed${error.path === undefined ? '' : ` on ${printable(error.path)}`} (${error.code})`;
    return { text: `stepladder: error: ${what}\n  → ${remedyOf(error)}\n`, exitCode: EXIT.usage };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: `stepladder: this is a bug of stepladder itself; nothing was lost. Please report it with these lines:\n${stack}\n`,
    exitCode: EXIT.usage,
  };
}
