/** What iptables-save prints of table filter: policies, and rules by chain in their order. */
export interface Rules {
  readonly policies: ReadonlyMap<string, string>;
  readonly chains: ReadonlyMap<string, readonly string[]>;
}

/** Reads `iptables-save -t filter`. */
export function readRules(text: string): Rules {
  const policies = new Map<string, string>();
  const chains = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, chain, policy] = /^:(\S+) (\S+)/.exec(line) ?? [];
    if (chain !== undefined) {
      chains.set(chain, []);
      if (policy !== undefined && policy !== '-') policies.set(chain, policy);
    }
    const [, of, rule] = /^-A (\S+) ?(.*)$/.exec(line) ?? [];
    if (of !== undefined) chains.get(of)?.push(rule ?? '');
  }
  return { policies, chains };
}

/** Dropped for certain, by which rule; passed, perhaps at least; or handed back to the chain before. */
export type Fate =
  | { readonly fate: 'dropped'; readonly rule: string }
  | { readonly fate: 'passed' | 'returned' };

/** Whether a rule's conditions take the packet; undefined when that cannot be told. */
export type Takes = (conditions: string) => boolean | undefined;

const TARGET = /(?:^| )-[jg] (\S+)(?: --reject-with \S+)?/;
const COMMENT = / ?-m comment --comment (?:"(?:[^"\\]|\\.)*"|\S+)/g;
const DEEPEST = 20;

/** Follows a packet through a chain as the kernel does. A packet that comes to a chain that `passes` is passed there. */
export function follow(
  rules: Rules,
  chain: string,
  takes: Takes,
  passes: (chain: string) => boolean = () => false,
  depth = 0,
): Fate {
  for (const rule of rules.chains.get(chain) ?? []) {
    const plain = rule.replace(COMMENT, '');
    const target = TARGET.exec(plain)?.[1];
    const taken = takes(plain.replace(TARGET, '').trim());
    if (target === undefined || taken === false) continue;
    if (target === 'RETURN') {
      if (taken) break;
      return { fate: 'passed' };
    }
    const found = ((): Fate => {
      if (target === 'DROP' || target === 'REJECT') return { fate: 'dropped', rule: `-A ${chain} ${rule}` };
      if (target === 'ACCEPT' || passes(target) || depth > DEEPEST) return { fate: 'passed' };
      return rules.chains.has(target)
        ? follow(rules, target, takes, passes, depth + 1)
        : { fate: 'returned' };
    })();
    // What may be dropped here goes on otherwise, and what may be accepted here is not dropped for certain.
    if (found.fate === 'passed' || (found.fate === 'dropped' && taken)) return found;
  }
  const policy = rules.policies.get(chain);
  if (policy === undefined) return { fate: 'returned' };
  return policy === 'DROP' ? { fate: 'dropped', rule: `-P ${chain} DROP` } : { fate: 'passed' };
}

/** A rule's conditions as flag and value; undefined when one is turned round by `!`. */
function conditionsOf(text: string): readonly (readonly [string, string])[] | undefined {
  const words = text.split(' ').filter((word) => word !== '');
  if (words.includes('!')) return undefined;
  return words.flatMap((word, at) => (word.startsWith('-') ? [[word, words[at + 1] ?? ''] as const] : []));
}

/** Takes a rule when all of its conditions do: a single one that does not is enough against it. */
const takesAll =
  (one: (flag: string, value: string) => boolean | undefined): Takes =>
  (text) => {
    const conditions = conditionsOf(text);
    if (conditions === undefined) return undefined;
    const each = conditions.map(([flag, value]) => one(flag, value));
    if (each.includes(false)) return false;
    return each.includes(undefined) ? undefined : true;
  };

const isNew = (states: string) => states.split(',').includes('NEW');

/** The first packet of a virtual machine, bridged from one device of Neutron's to another. */
export const bridged: Takes = takesAll((flag, value) => {
  if (flag === '-m') return true;
  if (flag === '-i' || flag === '-o') return /^(brq|tap|\+)/.test(value) ? undefined : false;
  if (flag === '--ctstate' || flag === '--state') return isNew(value);
  return undefined;
});

/** The first packet of another host to a UDP port of this one. */
export const newUdpTo = (port: number): Takes =>
  takesAll((flag, value) => {
    if (flag === '-m') return true;
    if (flag === '-p') return ['udp', '17', 'all', '0'].includes(value);
    if (flag === '-i') return value === 'lo' ? false : undefined;
    if (flag === '--physdev-in') return /^tap/.test(value) ? false : undefined;
    if (flag === '--physdev-is-bridged') return false;
    if (flag === '--ctstate' || flag === '--state') return isNew(value);
    if (flag === '--dport' || flag === '--dports')
      return value.split(',').some((range) => within(range, port));
    return undefined;
  });

function within(range: string, port: number): boolean {
  const [from, to = from] = range.split(':').map(Number);
  return from! <= port && port <= to!;
}
