import { type Atom, parseAtom } from './atom.ts';

/** A policy rule as read: oslo.policy's language as a tree. */
export type Check =
  | Atom
  | { readonly kind: 'and'; readonly checks: readonly Check[] }
  | { readonly kind: 'or'; readonly checks: readonly Check[] }
  | { readonly kind: 'not'; readonly check: Check };

const everyone = parseAtom('@');
const nobody = parseAtom('!');

/** Splits into words and parentheses; those inside `%(name)s` are neither first nor last in a word. */
const tokens = (text: string): string[] =>
  text
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((word) => {
      const [, opening = '', body = '', closing = ''] = /^(\(*)(.*?)(\)*)$/s.exec(word)!;
      return [...opening, ...(body ? [body] : []), ...closing];
    });

/** `role:admin or (rule:owner and not field:networks:shared=True)`; the empty text lets everyone pass. */
function parseText(text: string): Check {
  if (text === '') return everyone;
  const words = tokens(text);
  let position = 0;
  const peek = () => words[position]?.toLowerCase();

  function operand(): Check {
    const word = words[position++];
    if (word === undefined) throw new SyntaxError(`policy rule '${text}' ends too early`);
    if (word.toLowerCase() === 'not') return { kind: 'not', check: operand() };
    if (word !== '(') return parseAtom(word);
    const inner = expression();
    if (words[position++] !== ')') throw new SyntaxError(`policy rule '${text}' lacks a closing parenthesis`);
    return inner;
  }

  function series(kind: 'and' | 'or', next: () => Check): Check {
    const checks = [next()];
    while (peek() === kind) {
      position++;
      checks.push(next());
    }
    return checks.length === 1 ? checks[0]! : { kind, checks };
  }

  const expression = (): Check => series('or', () => series('and', operand));
  const rule = expression();
  if (position < words.length) {
    throw new SyntaxError(`policy rule '${text}' has '${words[position]}' where 'and' or 'or' should stand`);
  }
  return rule;
}

/** The older form: the outer list is joined by `or`, each inner list by `and`; the empty list lets everyone pass. */
function parseList(list: readonly unknown[]): Check {
  if (list.length === 0) return everyone;
  const alternatives = list.flatMap((inner): Check[] => {
    const words = typeof inner === 'string' ? (inner === '' ? [] : [inner]) : inner;
    if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
      throw new SyntaxError('a rule that is a list holds texts, or lists of texts');
    }
    if (words.length === 0) return [];
    return [words.length === 1 ? parseAtom(words[0]!) : { kind: 'and', checks: words.map(parseAtom) }];
  });
  if (alternatives.length === 0) return nobody;
  return alternatives.length === 1 ? alternatives[0]! : { kind: 'or', checks: alternatives };
}

/**
 * Reads one rule, a text or one of the older lists; nothing at all lets everyone pass.
 *
 * @throws SyntaxError saying what is wrong
 */
export function parseRule(rule: unknown): Check {
  if (rule === null || rule === undefined) return everyone;
  if (typeof rule === 'string') return parseText(rule);
  if (Array.isArray(rule)) return parseList(rule);
  throw new SyntaxError('a rule is a text or a list');
}

/** Every atom of a rule, and whether it stands under a `not`. */
export function atomsOf(check: Check, negated = false): { readonly atom: Atom; readonly negated: boolean }[] {
  if (check.kind === 'and' || check.kind === 'or')
    return check.checks.flatMap((part) => atomsOf(part, negated));
  if (check.kind === 'not') return atomsOf(check.check, !negated);
  return [{ atom: check, negated }];
}

/** A rule as oslo.policy prints it. */
export function checkText(check: Check): string {
  if (check.kind === 'and' || check.kind === 'or') {
    return `(${check.checks.map(checkText).join(` ${check.kind} `)})`;
  }
  return check.kind === 'not' ? `not ${checkText(check.check)}` : check.text;
}
