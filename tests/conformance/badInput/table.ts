import type { User } from '../api.ts';

/**
 * One wrong request: who sends it, method and path, body (text is sent as it stands), and the answer's status, type
 * and message. `$name` stands for an id of the fixture.
 */
export type WrongRequest = readonly [
  user: User,
  request: string,
  body: unknown,
  status: number,
  type: string,
  message: string,
];

/** Replaces every `$name` in a JSON value. */
export function fill<T>(value: T, ids: Readonly<Record<string, string>>): T {
  if (value === undefined) return value;
  const text = JSON.stringify(value).replace(/\$(\w+)/g, (whole, name: string) => ids[name] ?? whole);
  return JSON.parse(text) as T;
}
