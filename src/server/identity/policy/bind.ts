import { convert } from '../../../resources/converters/index.ts';
import { type ResourceDefinition, resources } from '../../../resources/index.ts';
import type { Check } from './parse.ts';

/** The values of a request that rules compare with: oslo.context's policy values. */
export interface Credentials {
  readonly user_id: string | null;
  readonly project_id: string | null;
  readonly roles: readonly string[];
  readonly is_admin: boolean;
  readonly [name: string]: unknown;
}

/** What a rule is asked about: a resource's attributes, and `network:tenant_id` and the like of its parent. */
export type Target = Readonly<Record<string, unknown>>;

/** A rule with the caller already known: decided, or a question to the target. */
export type Bound = boolean | ((target: Target) => boolean);

type Lookup = (name: string) => Check;

const definitions = new Map<string, ResourceDefinition>(
  Object.values(resources).map((definition) => [definition.collection, definition]),
);
const interpolation = /%\(([^)]+)\)s/g;

const not = (bound: Bound): Bound => (typeof bound === 'boolean' ? !bound : (target) => !bound(target));

/** `and` (ends at the first false) or `or` (ends at the first true), what is decided being folded away. */
function combine(bounds: readonly Bound[], end: boolean): Bound {
  if (bounds.includes(end)) return end;
  const open = bounds.filter((bound): bound is (target: Target) => boolean => typeof bound !== 'boolean');
  if (open.length === 0) return !end;
  if (open.length === 1) return open[0]!;
  return (target) => {
    for (const bound of open) if (bound(target) === end) return end;
    return !end;
  };
}

/** Python's truth of a literal or of a caller's value, as text. */
const textOf = (value: unknown): string =>
  value === true ? 'True' : value === false ? 'False' : value === null ? 'None' : String(value);

/** `kind:%(name)s`: a value of the caller, or a literal, equals the target's. */
function generic(type: string, match: string, credentials: Credentials): Bound {
  const literal =
    /^(['"])(.*)\1$/.exec(type)?.[2] ?? (/^(True|False|None|\d+)$/.test(type) ? type : undefined);
  const named = type === 'tenant_id' ? 'project_id' : type;
  const mine = literal ?? credentials[named];
  if (mine === undefined) return false;
  const wanted = Array.isArray(mine) ? mine.map(textOf) : [textOf(mine)];
  if (!match.includes('%(')) return wanted.includes(match);
  const single = /^%\(([^)]+)\)s$/.exec(match)?.[1];
  if (single !== undefined) {
    return (target) => target[single] !== undefined && wanted.includes(textOf(target[single]));
  }
  return (target) => wanted.includes(match.replace(interpolation, (_, name) => textOf(target[name])));
}

/** `field:networks:shared=True`: the target, or its network, has the value; `~` starts a regular expression. */
function field(match: string): Bound {
  const [collection = '', ...rest] = match.split(':');
  const [name = '', ...values] = rest.join(':').split('=');
  const value = values.join('=');
  const inherited = collection === 'networks' ? `network:${name}` : undefined;
  const of = (target: Target) => target[name] ?? (inherited && target[inherited]);
  if (value.startsWith('~')) {
    const form = new RegExp(value.slice(1));
    return (target) => form.test(String(of(target) ?? ''));
  }
  const attribute = definitions.get(collection)?.attributes[name];
  const expected = attribute?.convert ? convert(attribute.convert, value) : value;
  return (target) => of(target) === expected;
}

/** Binds a rule to its caller: what the caller decides alone is decided now, once for all rows. */
export function bind(check: Check, credentials: Credentials, lookup: Lookup): Bound {
  switch (check.kind) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'not':
      return not(bind(check.check, credentials, lookup));
    case 'and':
    case 'or':
      return combine(
        check.checks.map((part) => bind(part, credentials, lookup)),
        check.kind === 'or',
      );
    case 'atom': {
      const { type, match } = check;
      if (type === 'rule') return bind(lookup(match), credentials, lookup);
      if (type === 'field') return field(match);
      if (type === 'role') {
        return credentials.roles.some((role) => role.toLowerCase() === match.toLowerCase());
      }
      return generic(type, match, credentials);
    }
  }
}
