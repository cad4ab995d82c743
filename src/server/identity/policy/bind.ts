import { pythonText } from '../../../resources/pythonText.ts';
import type { Atom } from './atom.ts';
import type { Check } from './parse.ts';
import { constantOf, fill, type Target, type Template } from './template.ts';

/** The values of a request that rules compare with: oslo.context's policy values. */
export interface Credentials {
  readonly user_id: string | null;
  readonly project_id: string | null;
  readonly roles: readonly string[];
  readonly is_admin: boolean;
  readonly [name: string]: unknown;
}

/** A rule with the caller already known: decided, or a question to the target. */
export type Bound = boolean | ((target: Target) => boolean);

/** As Bound; undefined when the target lacks what is asked for, which denies the nearest rule around. */
type Inner = boolean | ((target: Target) => boolean | undefined);

type Lookup = (name: string) => Check;

/** Whether binding it can give undefined; a rule that it refers to cannot. */
function canLack(check: Check): boolean {
  if (check.kind === 'and' || check.kind === 'or') return check.checks.some(canLack);
  return check.kind === 'not' ? canLack(check.check) : check.kind === 'owner';
}

/** `and` (ends at the first false) or `or` (ends at the first true), what is decided being folded away. */
function combine(checks: readonly Check[], end: boolean, bindOne: (check: Check) => Inner): Inner {
  const open: ((target: Target) => boolean | undefined)[] = [];
  let lacking = false;
  let otherwise = !end;
  for (const check of checks) {
    const inner = bindOne(check);
    if (inner === end) {
      otherwise = end;
      break;
    }
    if (typeof inner === 'boolean') continue;
    open.push(inner);
    lacking ||= canLack(check);
  }
  if (open.length === 0 || (otherwise === end && !lacking)) return otherwise;
  return (target) => {
    for (const inner of open) {
      const verdict = inner(target);
      if (verdict === undefined || verdict === end) return verdict;
    }
    return otherwise;
  };
}

/** Compares a text with a template that is known now or only with the target. */
function matches(match: Template, compare: (text: string) => boolean): Inner {
  const constant = constantOf(match);
  if (constant !== undefined) return compare(constant);
  return (target) => {
    const text = fill(match, target);
    return text !== undefined && compare(text);
  };
}

/** The texts of a caller's value; of a list of those at each of its items. */
function textsAt(value: unknown, path: readonly string[]): string[] {
  if (path.length === 0) return [pythonText(value)];
  const [key, ...rest] = path;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key!)) return [];
  const found = (value as Readonly<Record<string, unknown>>)[key!];
  return Array.isArray(found) ? found.flatMap((item) => textsAt(item, rest)) : textsAt(found, rest);
}

function bindField({ field, ofNetwork, test }: Atom & { kind: 'field' }): Inner {
  const of = (target: Target): unknown =>
    Object.hasOwn(target, field) || !ofNetwork ? target[field] : target[`network:${field}`];
  if ('equals' in test) {
    return (target) => {
      const value = of(target);
      return value !== null && value === test.equals;
    };
  }
  return (target) => {
    const value = of(target);
    return typeof value === 'string' && test.like.test(value);
  };
}

/** @param negated whether it stands under a `not`: what cannot be asked must deny there too */
function bindAtom(atom: Atom, credentials: Credentials, negated: boolean): Inner {
  switch (atom.kind) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'remote':
      return negated;
    case 'role': {
      const roles = credentials.roles.map((role) => role.toLowerCase());
      return matches(atom.match, (text) => roles.includes(text.toLowerCase()));
    }
    case 'owner': {
      const mine = pythonText(credentials.tenant_id ?? credentials.project_id);
      const { field } = atom;
      return (target) => (Object.hasOwn(target, field) ? pythonText(target[field]) === mine : undefined);
    }
    case 'field':
      return bindField(atom);
    case 'literal':
      return matches(atom.match, (text) => text === atom.value);
    case 'credential': {
      const mine = textsAt(credentials, atom.path);
      return mine.length === 0 ? false : matches(atom.match, (text) => mine.includes(text));
    }
    case 'rule':
      throw new Error(`rule:${atom.name} is bound by its caller`);
  }
}

/**
 * Binds a rule to its caller: what the caller decides alone is decided now, once for all rows.
 *
 * @throws RangeError when rules refer to each other in a circle
 */
export function bind(check: Check, credentials: Credentials, lookup: Lookup): Bound {
  function inner(part: Check, negated: boolean): Inner {
    switch (part.kind) {
      case 'not': {
        const bound = inner(part.check, !negated);
        if (typeof bound === 'boolean') return !bound;
        return (target) => {
          const verdict = bound(target);
          return verdict === undefined ? undefined : !verdict;
        };
      }
      case 'and':
      case 'or':
        return combine(part.checks, part.kind === 'or', (one) => inner(one, negated));
      case 'rule':
        return whole(lookup(part.name), negated);
      default:
        return bindAtom(part, credentials, negated);
    }
  }

  function whole(rule: Check, negated: boolean): Bound {
    const bound = inner(rule, negated);
    return typeof bound === 'boolean' ? bound : (target) => bound(target) ?? false;
  }

  return whole(check, false);
}
