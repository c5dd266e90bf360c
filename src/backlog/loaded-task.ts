/** A task of a loaded backlog. Its body is read only when somebody asks for it: the generator never does. */
import { HEADER_DEFAULTS, type UnresolvedTask } from './parsed-file.js';
import { readBody, type TaskBody } from './read-body.js';
import type { OwedStub, Task } from './task.js';

/** What the names in a task mean, and its fingerprint, which hangs on that. */
export interface ResolvedNames {
  readonly depends: readonly string[];
  readonly stubs: readonly OwedStub[];
  readonly fingerprint: string;
}

/** A task. @param text gives what the file holds; called once, when the body is first asked for */
export function loadedTask(
  name: string,
  file: string,
  { header, essence }: UnresolvedTask,
  { depends, stubs, fingerprint }: ResolvedNames,
  text: () => string,
): Task {
  let read: TaskBody | null = null;
  const below = (): TaskBody => {
    read ??= readBody(text());
    return read;
  };
  return {
    name,
    file,
    ...HEADER_DEFAULTS,
    ...header,
    depends,
    stubs,
    essence,
    fingerprint,
    get body() {
      return below().body;
    },
    get preconditions() {
      return below().preconditions;
    },
    get postconditions() {
      return below().postconditions;
    },
    get decisions() {
      return below().decisions;
    },
  };
}
