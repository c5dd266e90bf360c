/**
 * Names of tasks: what Make, shells and file systems can all carry (MAKE-RULES "Names").
 * Loaded by the fast paths: nothing but plain text handling here.
 */

const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Whether a name can be a Make target on every version: `[A-Za-z0-9][A-Za-z0-9._-]*` in each path segment. */
export function isTaskName(name: string): boolean {
  return name.split('/').every((segment) => SEGMENT.test(segment));
}

/** The name of the task in a file. @param path relative to the tasks folder, with `/`: `ui/button.md` → `ui/button` */
export function nameFromFile(path: string): string {
  return path.endsWith('.md') ? path.slice(0, -3) : path;
}

/** A path below the tasks folder, as one from the project's root. @param tasks the folder; `.` is the root itself */
export function belowTasks(tasks: string, path: string): string {
  return tasks === '.' ? path : `${tasks}/${path}`;
}

/** The task file of a name, relative to the project's root. */
export function fileOfTask(tasks: string, name: string): string {
  return belowTasks(tasks, `${name}.md`);
}

/**
 * Whether a Markdown file below the tasks folder is meant to be a task at all (DESIGN "Files"): not README.md, nothing
 * whose name, or whose folder's name, begins with `_` or `.`. A file called only `..md` hides nothing: it is a slip of
 * the pen, to be told about.
 */
export function isMeantAsTask(path: string): boolean {
  const segments = path.split('/');
  const base = segments[segments.length - 1] ?? '';
  if (/^readme\.md$/i.test(base)) return false;
  return segments.every((segment, at) => !/^[._]/.test(segment) || (at === segments.length - 1 && isOnlyDots(segment)));
}

function isOnlyDots(base: string): boolean {
  return /^\.+md$/.test(base);
}

/** A name that would do in place of one that will not: `a b` → `a-b`, `$(shell touch x)` → `shell-touch-x`, `grün` → `grun`. */
export function nameThatWouldDo(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .split('/')
    .map(
      (segment) =>
        segment
          .replace(/[^A-Za-z0-9._-]+/g, '-')
          .replace(/^[^A-Za-z0-9]+/, '')
          .replace(/-+$/, '') || 'task',
    )
    .join('/');
}
