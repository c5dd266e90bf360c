/**
 * What was read from a file is `unknown` until it has been looked at: a small set of guards, put together into the
 * shape of a type. Unknown keys are let through, so that a later version may add some.
 */

/**
 * Says what is wrong with a value, or null where nothing is. `at` is its path, for people: `path[0].rung`. What a value
 * holds is looked at without a path first: nearly always nothing is wrong, and a journal has a million of them.
 */
export type Guard<T> = ((value: unknown, at: string) => string | null) & { readonly __type?: T };

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const text: Guard<string> = (value, at) => (typeof value === 'string' ? null : `${at} is no text`);

export const truth: Guard<boolean> = (value, at) =>
  typeof value === 'boolean' ? null : `${at} is neither true nor false`;

export const amount: Guard<number> = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? null : `${at} is no number of 0 or more`;

export function matching(pattern: RegExp, what: string): Guard<string> {
  return (value, at) => (typeof value === 'string' && pattern.test(value) ? null : `${at} is no ${what}`);
}

export function oneOf<const T extends string | number>(...allowed: readonly T[]): Guard<T> {
  const known: readonly unknown[] = allowed;
  return (value, at) => (known.includes(value) ? null : `${at} is none of ${allowed.join(', ')}`);
}

export function orNull<T>(guard: Guard<T>): Guard<T | null> {
  return (value, at) => (value === null ? null : guard(value, at));
}

/** For a key that may be missing. */
export function optional<T>(guard: Guard<T>): Guard<T | undefined> {
  return (value, at) => (value === undefined ? null : guard(value, at));
}

export function listOf<T>(guard: Guard<T>): Guard<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) return `${at} is no list`;
    const wrong = value.findIndex((item) => guard(item, '') !== null);
    return wrong === -1 ? null : guard(value[wrong], `${at}[${wrong}]`);
  };
}

export function mapOf<T>(guard: Guard<T>): Guard<Readonly<Record<string, T>>> {
  return (value, at) => {
    if (!isRecord(value)) return `${at} is no object`;
    const wrong = Object.keys(value).find((key) => guard(value[key], '') !== null);
    return wrong === undefined ? null : guard(value[wrong], `${at}.${wrong}`);
  };
}

/** One guard for every key of T: the compiler sees to it that none is forgotten. */
export type GuardsOf<T> = {
  readonly [K in keyof T]-?: Record<string, never> extends Pick<T, K> ? Guard<T[K] | undefined> : Guard<T[K]>;
};

export function object<T extends object>(guards: GuardsOf<T>): Guard<T> {
  const entries = Object.entries<Guard<unknown>>(guards as Record<string, Guard<unknown>>);
  const of = (value: Record<string, unknown>, key: string): unknown =>
    Object.hasOwn(value, key) ? value[key] : undefined;
  return (value, at) => {
    if (!isRecord(value)) return `${at === '' ? 'it' : at} is no object`;
    for (const [key, guard] of entries) {
      if (guard(of(value, key), '') !== null) return guard(of(value, key), at === '' ? key : `${at}.${key}`);
    }
    return null;
  };
}

/** Whether a value has the shape: the one place where a guard's word is taken for the type. */
export function has<T>(guard: Guard<T>, value: unknown): value is T {
  return guard(value, '') === null;
}

/** The value of a JSON text, or undefined where it is none. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
