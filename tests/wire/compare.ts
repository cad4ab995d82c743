/**
 * Compares what was recorded with what ours is, field by field. What differs in every run is numbered in the order in
 * which it comes, on both sides: two places that bear the same id on one side must bear the same on the other.
 */

type Dict = Readonly<Record<string, unknown>>;

/** What is anew in every run, by form, with the name that it gets; a tap's name is the beginning of its port's id. */
const forms: readonly { readonly form: RegExp; readonly name: string }[] = [
  { form: /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32}\b|\bfake_project_id\b/g, name: 'id' },
  { form: /^(?:controller|compute)$/g, name: 'host' },
  { form: /^lb(?:[0-9a-f]{12}|-fake)$/g, name: 'agent' },
  { form: /(?<=^tap)[0-9a-f]{8}-[0-9a-f]{2}/g, name: 'id' },
  { form: /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?/g, name: 'time' },
  { form: /\b(?!00:)[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/g, name: 'mac' },
  { form: /(?<![\d.])(?!0\.)\d+\.\d+\.\d+\.\d+(?![\d.])/g, name: 'ip' },
  { form: /\b(?!00:)[0-9a-f]{1,4}:[0-9a-f:]*:[0-9a-f]{0,4}/g, name: 'ip' },
];

/** Numbers that depend on what was there before. */
const COUNTED =
  /^(standard_attr_id|revision_number|(provider:)?segmentation_id|segment_id|ha_vr_id|networks|subnets|ports|devices|routers|ex_gw_ports|interfaces|floating_ips)$/;

/** An allocation pool's ends, which are some port's address or not. */
const BOUND = /^(start|end)$/;

/** Keys under which lists have no order of their own, as they come from a set or by random ids. */
const UNORDERED = /^(ports|IPv[46])$|^[0-9a-f]{8}-|^\d+(\.\d+){3}$/;

const isDict = (value: unknown): value is Dict =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hidden = (text: string): string => forms.reduce((left, { form }) => left.replace(form, '#'), text);

/** So much of a port's id is in the name of its tap: it stands for the whole. */
const TAP_DIGITS = 11;

const keyOf = (found: string, kind: string): string => (kind === 'id' ? found.slice(0, TAP_DIGITS) : found);

/** The place of an item: none of its own in a list that has no order. */
const placeOf = (key: string, index: number): string => (UNORDERED.test(key) ? '[]' : `[${index}]`);

/**
 * Names for what is anew, each with a number of its own, in the order of the visit. Where that order is one of chance
 * (keys that are ids, lists of a set) what has no name yet is told apart by all places where it stands.
 */
class Names {
  readonly #known = new Map<string, string>();
  readonly #places = new Map<string, string[]>();

  constructor(root: unknown) {
    this.#note(root, '', '');
    for (const places of this.#places.values()) places.sort();
  }

  #note(value: unknown, key: string, path: string): void {
    if (typeof value === 'string' && !BOUND.test(key)) this.#noteText(value, path);
    else if (Array.isArray(value))
      for (const [index, item] of value.entries()) this.#note(item, '', path + placeOf(key, index));
    else if (isDict(value))
      for (const [name, item] of Object.entries(value)) {
        this.#noteText(name, `${path}.`);
        this.#note(item, name, `${path}.${hidden(name)}`);
      }
  }

  #noteText(text: string, path: string): void {
    for (const { form, name } of forms)
      for (const [found] of text.matchAll(form)) {
        const places = this.#places.get(keyOf(found, name));
        if (places) places.push(path);
        else this.#places.set(keyOf(found, name), [path]);
      }
  }

  of(text: string): string {
    return forms.reduce(
      (left, { form, name }) => left.replace(form, (found) => this.#name(found, name)),
      text,
    );
  }

  /** The same without giving new names. */
  peek(text: string): string {
    return forms.reduce(
      (left, { form, name }) =>
        left.replace(form, (found) => {
          const key = keyOf(found, name);
          return this.#known.get(key) ?? `#${this.#places.get(key)?.join()}#`;
        }),
      text,
    );
  }

  #name(found: string, kind: string): string {
    if (kind === 'time') return '<time>';
    const key = keyOf(found, kind);
    const name = this.#known.get(key) ?? `<${kind} ${this.#known.size + 1}>`;
    this.#known.set(key, name);
    return name;
  }
}

/** A value with names in place of what is anew; keys are visited in their order, so that numbers do not depend on it. */
export function named(value: unknown, names = new Names(value), key = ''): unknown {
  if (typeof value === 'string') return BOUND.test(key) ? '<address>' : names.of(value);
  if (typeof value === 'number' && COUNTED.test(key)) return '<number>';
  const sorted = <Item>(items: readonly Item[]): Item[] =>
    items
      .map((item) => ({ item, raw: JSON.stringify(item, COUNTED_HIDDEN) }))
      .map(({ item, raw }) => ({ item, text: `${names.peek(raw)} ${raw}` }))
      .sort((one, other) => (one.text < other.text ? -1 : 1))
      .map(({ item }) => item);
  if (Array.isArray(value))
    return (UNORDERED.test(key) ? sorted(value) : value).map((item) => named(item, names));
  if (!isDict(value)) return value;
  return Object.fromEntries(
    sorted(Object.entries(value)).map(([name, item]) => [names.of(name), named(item, names, name)]),
  );
}

const COUNTED_HIDDEN = (key: string, value: unknown) =>
  COUNTED.test(key) && typeof value === 'number' ? 0 : value;

export interface Difference {
  readonly path: string;
  /** Absent where there is nothing. */
  readonly recorded?: unknown;
  readonly ours?: unknown;
}

/** Where two named values differ. */
export function differences(recorded: unknown, ours: unknown, path = ''): Difference[] {
  if (isDict(recorded) && isDict(ours)) {
    return [...new Set([...Object.keys(recorded), ...Object.keys(ours)])].sort().flatMap((key) => {
      const below = path === '' ? key : `${path}.${key}`;
      if (!(key in ours)) return [{ path: below, recorded: recorded[key] }];
      if (!(key in recorded)) return [{ path: below, ours: ours[key] }];
      return differences(recorded[key], ours[key], below);
    });
  }
  if (Array.isArray(recorded) && Array.isArray(ours) && recorded.length === ours.length)
    return recorded.flatMap((item, index) => differences(item, ours[index], `${path}[${index}]`));
  return JSON.stringify(recorded) === JSON.stringify(ours) ? [] : [{ path, recorded, ours }];
}

export const told = ({ path, ...sides }: Difference): string =>
  `${path}: ${'recorded' in sides ? `recorded ${JSON.stringify(sides.recorded)}` : 'not recorded'}, ${
    'ours' in sides ? `ours ${JSON.stringify(sides.ours)}` : 'not in ours'
  }`;
