/** A policy rule as read: oslo.policy's language as a tree. */
export type Check =
  | { readonly kind: 'true' | 'false' }
  | { readonly kind: 'and' | 'or'; readonly checks: readonly Check[] }
  | { readonly kind: 'not'; readonly check: Check }
  | { readonly kind: 'atom'; readonly type: string; readonly match: string };

/** Splits into words and parentheses; quoted texts stay whole. */
const tokens = (text: string): string[] =>
  text
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((word) => {
      const opening = /^\(*/.exec(word)![0];
      const rest = word.slice(opening.length);
      // A closing parenthesis that ends `%(name)s:%(other)` belongs to the word.
      const closing = /(?<!%\([^)]*)\)*$/.exec(rest)![0];
      const body = rest.slice(0, rest.length - closing.length);
      return [...opening, ...(body ? [body] : []), ...closing];
    });

function atom(word: string): Check {
  if (word === '@') return { kind: 'true' };
  if (word === '!') return { kind: 'false' };
  const colon = word.indexOf(':');
  if (colon < 0) throw new SyntaxError(`policy check '${word}' is not of the form kind:match`);
  return { kind: 'atom', type: word.slice(0, colon), match: word.slice(colon + 1) };
}

/**
 * Reads one rule: `role:admin or (rule:owner and not field:networks:shared=True)`; the empty rule lets everyone pass.
 *
 * @throws SyntaxError saying what is wrong
 */
export function parseRule(text: string): Check {
  const words = tokens(text);
  if (words.length === 0) return { kind: 'true' };
  let position = 0;
  const peek = () => words[position]?.toLowerCase();

  function operand(): Check {
    const word = words[position++];
    if (word === undefined) throw new SyntaxError(`policy rule '${text}' ends too early`);
    if (word.toLowerCase() === 'not') return { kind: 'not', check: operand() };
    if (word !== '(') return atom(word);
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
