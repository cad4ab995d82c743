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
const UNORDERED = /^(ports|IPv[46])$|^[0-9a-f]{8}-/;

const isDict = (value: unknown): value is Dict =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names for what is anew, each with a number of its own. */
class Names {
  readonly #known = new Map<string, string>();

  of(text: string): string {
    return forms.reduce(
      (left, { form, name }) => left.replace(form, (found) => this.#name(found, name)),
      text,
    );
  }

  /** The same without giving new names: what has none yet is hidden. */
  peek(text: string): string {
    return forms.reduce(
      (left, { form }) => left.replace(form, (found) => this.#known.get(this.#whole(found)) ?? '#'),
      text,
    );
  }

  #whole = (found: string): string => [...this.#known.keys()].find((one) => one.startsWith(found)) ?? found;

  #name(found: string, kind: string): string {
    if (kind === 'time') return '<time>';
    const known = this.#whole(found);
    const name = this.#known.get(known) ?? `<${kind} ${this.#known.size + 1}>`;
    this.#known.set(known, name);
    return name;
  }
}

/** A value with names in place of what is anew; keys are visited in their order, so that numbers do not depend on it. */
export function named(value: unknown, names = new Names(), key = ''): unknown {
  if (typeof value === 'string') return BOUND.test(key) ? '<address>' : names.of(value);
  if (typeof value === 'number' && COUNTED.test(key)) return '<number>';
  if (Array.isArray(value)) {
    const byText = (item: unknown) => names.peek(JSON.stringify(item, COUNTED_HIDDEN));
    const items = UNORDERED.test(key)
      ? value.toSorted((one, other) => (byText(one) < byText(other) ? -1 : 1))
      : value;
    return items.map((item) => named(item, names));
  }
  if (!isDict(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((name) => [names.of(name), named(value[name], names, name)]));
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
