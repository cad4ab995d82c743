import { type Difference, foreign, missing, unset } from '../difference.ts';
import { editLines } from './edits.ts';
import type { Hook, ObservedTable, Table, TableName } from './rules.ts';

/** What iptables-save showed for rules that we wrote, where it words them otherwise than we do. */
export interface Renderings {
  get(chain: string, wanted: readonly string[]): readonly string[] | undefined;
}

/**
 * The lines of `iptables-restore --noflush` that bring one table from what is observed to what is wanted; none when
 * nothing differs. A chain of ours that differs is edited where that is less than replacing it, a stale one removed;
 * foreign chains and foreign rules stay. One table is one transaction.
 */
export function planTable(
  name: TableName,
  wanted: Table,
  observed: ObservedTable,
  prefix: string,
  renderings?: Renderings,
): readonly string[] {
  const declared: string[] = [];
  const rules: string[] = [];
  for (const [chain, want] of Object.entries(wanted.own)) {
    const have = observed.get(chain);
    if (holds(chain, want, have, renderings)) continue;
    const edits = have && editLines(chain, have, want);
    if (edits) {
      rules.push(...edits);
      continue;
    }
    declared.push(`:${chain} - [0:0]`);
    for (const rule of want) rules.push(`-A ${chain} ${rule}`);
  }
  const hooks = Object.entries(wanted.hooks).flatMap(([chain, hook]) => {
    if (!observed.has(chain) && !isBuiltIn(chain)) declared.push(`:${chain} - [0:0]`);
    return planHook(chain, hook, observed.get(chain) ?? [], prefix);
  });
  const stale = staleChains(wanted, observed, prefix);
  for (const chain of stale) declared.push(`:${chain} - [0:0]`);
  const lines = [...declared, ...rules, ...hooks, ...stale.map((chain) => `-X ${chain}`)];
  return lines.length === 0 ? [] : [`*${name}`, ...lines, 'COMMIT'];
}

/** What `planTable` would put right, rule by rule. */
export function compareTable(
  name: TableName,
  wanted: Table,
  observed: ObservedTable,
  prefix: string,
  renderings?: Renderings,
): readonly Difference[] {
  const say = (chain: string) => (rule: string) => `${name} ${chain} ${rule}`;
  const compareRules = (chain: string, want: readonly string[], have: readonly string[]): Difference[] => {
    const found = [
      ...without(want, have).map(say(chain)).map(missing),
      ...without(have, want).map(say(chain)).map(foreign),
    ];
    return found.length > 0 ? found : [unset(say(chain)('(the order of its rules)'))];
  };
  const own = Object.entries(wanted.own).flatMap(([chain, want]) => {
    const have = observed.get(chain);
    if (holds(chain, want, have, renderings)) return [];
    if (!have) return [missing(say(chain)('(the chain)'))];
    return compareRules(chain, renderings?.get(chain, want) ?? want, have);
  });
  const hooks = Object.entries(wanted.hooks).flatMap(([chain, hook]) => {
    const have = observed.get(chain) ?? [];
    if (planHook(chain, hook, have, prefix).length === 0) return [];
    const want = [...(hook.top ?? []), ...(hook.bottom ?? [])];
    return compareRules(
      chain,
      want,
      have.filter((rule) => rule.includes(`-j ${prefix}-`) || want.includes(rule)),
    );
  });
  const stale = staleChains(wanted, observed, prefix).map((chain) => foreign(say(chain)('(the chain)')));
  return [...own, ...hooks, ...stale];
}

/** The rules of one list that another lacks; one that stands twice must be there twice. */
function without(rules: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return rules.filter((rule) => {
    const at = left.indexOf(rule);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Whether a chain holds these rules, as they were given or as iptables-save words them. */
const holds = (
  chain: string,
  want: readonly string[],
  have: readonly string[] | undefined,
  renderings: Renderings | undefined,
): boolean => have !== undefined && (same(have, want) || same(have, renderings?.get(chain, want) ?? want));

const staleChains = (wanted: Table, observed: ObservedTable, prefix: string): readonly string[] =>
  [...observed.keys()].filter((chain) => chain.startsWith(`${prefix}-`) && !wanted.own[chain]);

const isBuiltIn = (chain: string) => /^[A-Z]+$/.test(chain);

/** Inserts missing hook rules, removes duplicates, and keeps those of `top` in order relative to each other. */
function planHook(chain: string, hook: Hook, have: readonly string[], prefix: string): readonly string[] {
  const top = hook.top ?? [];
  const bottom = hook.bottom ?? [];
  const ours = new Set([...top, ...bottom]);
  const present = have.filter((rule) => ours.has(rule));
  const inOrder = same(present, [...top, ...bottom]);
  const lastIsBottom = bottom.length === 0 || same(have.slice(-bottom.length), bottom);
  const stale = have.filter((rule) => rule.includes(`-j ${prefix}-`) && !ours.has(rule));
  const remove = inOrder && lastIsBottom ? stale : [...present, ...stale];
  const add =
    inOrder && lastIsBottom
      ? []
      : [
          ...top.map((rule, at) => `-I ${chain} ${at + 1} ${rule}`),
          ...bottom.map((rule) => `-A ${chain} ${rule}`),
        ];
  return [...remove.map((rule) => `-D ${chain} ${rule}`), ...add];
}

const same = (a: readonly string[], b: readonly string[] | undefined) =>
  b !== undefined && a.length === b.length && a.every((rule, at) => rule === b[at]);
