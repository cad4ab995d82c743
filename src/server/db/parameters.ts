/** A value that no column can hold, e.g. an object where a client should have sent a text. */
export class UnstorableValue extends Error {}

type Storable = null | string | boolean | bigint | number | Buffer;

const isStorable = (value: unknown): value is Storable =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  typeof value === 'bigint' ||
  Number.isFinite(value) ||
  Buffer.isBuffer(value);

/**
 * Lets plain values pass to a database. Drivers would write an object or a list into the statement itself, as
 * conditions of its own.
 *
 * @throws UnstorableValue
 */
export function storable(value: unknown): Storable {
  if (isStorable(value)) return value;
  throw new UnstorableValue(`a database holds no ${Array.isArray(value) ? 'list' : typeof value}`);
}
