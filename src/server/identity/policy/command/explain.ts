import { pythonText } from '../../../../resources/pythonText.ts';
import type { Atom } from '../atom.ts';
import { bind, type Credentials } from '../bind.ts';
import type { Policy } from '../index.ts';
import type { Check } from '../parse.ts';
import type { RuleOrigin } from '../rules.ts';
import { constantOf, fill, type Target, type Template } from '../template.ts';

/** A check with its verdict and what it was made of. */
export interface Verdict {
  readonly allowed: boolean;
  /** The rule's name, the check's text, or how the parts below are joined. */
  readonly text: string;
  /** What was compared, in words. */
  readonly note?: string;
  readonly origin?: RuleOrigin;
  readonly parts: readonly Verdict[];
}

const shown = (value: unknown): string => (value === '' ? "''" : pythonText(value));

/** `%(project_id)s` with its value, or that the object has none. */
function templateNote(match: Template, target: Target): string {
  const constant = constantOf(match);
  if (constant !== undefined) return `'${constant}'`;
  const names = match.flatMap((part) => (typeof part === 'string' ? [] : [part.name]));
  const filled = fill(match, target);
  if (filled !== undefined) return `the object's ${names.join(' and ')}: ${shown(filled)}`;
  return `the object has no ${names.filter((name) => !Object.hasOwn(target, name)).join(', no ')}`;
}

/** What an atom compares, in words. */
function noteOf(atom: Atom, credentials: Credentials, target: Target): string | undefined {
  switch (atom.kind) {
    case 'true':
      return 'everybody passes';
    case 'false':
      return 'nobody passes';
    case 'rule':
      return undefined;
    case 'remote':
      return 'asks another server, which is not done here: denied';
    case 'role':
      return `the caller's roles: ${credentials.roles.join(', ') || 'none'}`;
    case 'owner': {
      const mine = `the caller's project: ${shown(credentials.project_id)}`;
      if (!Object.hasOwn(target, atom.field)) return `${mine}; the object has no ${atom.field}`;
      return `${mine}; the object's ${atom.field}: ${shown(target[atom.field])}`;
    }
    case 'field': {
      const inherited = atom.ofNetwork && !Object.hasOwn(target, atom.field);
      const name = inherited ? `network:${atom.field}` : atom.field;
      if (!Object.hasOwn(target, name)) return `the object has no ${atom.field}`;
      return `the object's ${name}: ${shown(target[name])}`;
    }
    case 'literal':
      return templateNote(atom.match, target);
    case 'credential': {
      const name = atom.path.join('.');
      const mine = credentials[atom.path[0]!];
      const own = mine === undefined ? `the caller has no ${name}` : `the caller's ${name}: ${shown(mine)}`;
      return `${own}; ${templateNote(atom.match, target)}`;
    }
  }
}

/** Takes a rule apart: each check in it with its own verdict, found in the very way in which requests are judged. */
export function explain(policy: Policy, name: string, credentials: Credentials, target: Target): Verdict {
  const lookup = (rule: string): Check => policy.rules.get(rule).check;
  const allows = (check: Check): boolean => {
    const bound = bind(check, credentials, lookup);
    return typeof bound === 'boolean' ? bound : bound(target);
  };

  function ofRule(rule: string, text: string): Verdict {
    const { parts, check } = policy.rules.get(rule);
    const known = policy.rules.has(rule);
    const note = known ? {} : { note: `there is no such rule: '${policy.rules.get(rule).name}' decides` };
    const [only, ...more] = parts;
    if (more.length === 0) {
      return { allowed: allows(check), text, ...note, origin: only!.origin, parts: [ofCheck(only!.check)] };
    }
    const both = parts.map((part) => ({ ...ofCheck(part.check), origin: part.origin }));
    return { allowed: allows(check), text, ...note, parts: both };
  }

  function ofCheck(check: Check): Verdict {
    const allowed = allows(check);
    if (check.kind === 'and') return { allowed, text: 'all of', parts: check.checks.map(ofCheck) };
    if (check.kind === 'or') return { allowed, text: 'any of', parts: check.checks.map(ofCheck) };
    if (check.kind === 'not') return { allowed, text: 'not', parts: [ofCheck(check.check)] };
    if (check.kind === 'rule') return ofRule(check.name, check.text);
    const note = noteOf(check, credentials, target);
    return { allowed, text: check.text, ...(note === undefined ? {} : { note }), parts: [] };
  }

  return ofRule(name, name);
}
