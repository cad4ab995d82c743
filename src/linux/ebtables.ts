import { type Difference, foreign, missing, unset } from './difference.ts';
import { run } from './process.ts';
import { restorerOf } from './restorer.ts';
import { SavedRules } from './savedRules.ts';

/** ARP and MAC spoofing filters live in this table, hooked into PREROUTING. */
const TABLE = 'nat';
const HOOK = 'PREROUTING';

export interface EbtablesChains {
  /** Our chains with their rules, by name; what comes to a chain's end is dropped. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Rules of PREROUTING that lead into them. */
  readonly jumps: readonly string[];
}

/** Chains whose names start so are ours. */
const OURS = /^neutron(ARP|MAC)-/;
const JUMPS_TO_OURS = /-j neutron(ARP|MAC)-/;

/** Reads ebtables-save's table nat: our chains, and PREROUTING's rules that jump to them. */
export function readEbtables(text: string): EbtablesChains {
  const chains = new Map<string, string[]>();
  const jumps: string[] = [];
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    if (table !== TABLE) continue;
    const declared = /^:(\S+)/.exec(line)?.[1];
    if (declared && OURS.test(declared)) chains.set(declared, []);
    const rule = /^-A (\S+) (.*)$/.exec(line);
    if (rule) {
      const text = normalRule(rule[2]!);
      if (rule[1] === HOOK && JUMPS_TO_OURS.test(text)) jumps.push(text);
      else chains.get(rule[1]!)?.push(text);
    }
  }
  return { chains, jumps };
}

/** ebtables 1.8.9 prints MACs without leading zeros, sets in any order, and blanks at the end of a rule. */
function normalRule(rule: string): string {
  return rule
    .trim()
    .replace(/--among-src (\S+)/, (_, list: string) => `--among-src ${normalMacs(list)}`)
    .replace(/\s+/g, ' ');
}

const normalMacs = (list: string) =>
  list
    .split(',')
    .filter((mac) => mac !== '')
    .map((mac) =>
      mac
        .split(':')
        .map((byte) => byte.toLowerCase().padStart(2, '0'))
        .join(':'),
    )
    .sort()
    .join(',');

/**
 * Lines of `ebtables-restore --noflush` that bring our chains to what is wanted. A chain that differs is replaced
 * whole: ebtables-nft 1.8.9 cannot delete a rule that has --among-src.
 */
function planEbtables(wanted: EbtablesChains, observed: EbtablesChains): readonly string[] {
  const declared: string[] = [];
  const rules: string[] = [];
  for (const [chain, want] of wanted.chains) {
    const have = observed.chains.get(chain);
    if (have && have.join('\n') === want.map(normalRule).join('\n')) continue;
    declared.push(`:${chain} DROP`);
    for (const rule of want) rules.push(`-A ${chain} ${rule}`);
  }
  const jumps = wanted.jumps
    .filter((jump) => !observed.jumps.includes(normalRule(jump)))
    .map((jump) => `-A ${HOOK} ${jump}`);
  const keep = new Map(wanted.jumps.map((jump) => [normalRule(jump), 1]));
  const unhook = observed.jumps
    .filter((jump) => {
      const left = keep.get(jump) ?? 0;
      keep.set(jump, left - 1);
      return left <= 0;
    })
    .map((jump) => `-D ${HOOK} ${jump}`);
  const stale = [...observed.chains.keys()].filter((chain) => !wanted.chains.has(chain));
  const lines = [
    ...unhook,
    ...declared,
    ...stale.map((chain) => `:${chain} RETURN`),
    ...rules,
    ...jumps,
    ...stale.map((chain) => `-X ${chain}`),
  ];
  return lines.length === 0 ? [] : [`*${TABLE}`, ...lines, 'COMMIT'];
}

/** What is there when what `planEbtables` plans was carried out. */
function reached(wanted: EbtablesChains, observed: EbtablesChains): EbtablesChains {
  const normal = [...wanted.chains].map(([chain, rules]) => [chain, rules.map(normalRule)] as const);
  const jumps = new Set(wanted.jumps.map(normalRule));
  const stay = observed.jumps.filter((jump, at, all) => jumps.has(jump) && all.indexOf(jump) === at);
  return { chains: new Map(normal), jumps: [...new Set([...stay, ...jumps])] };
}

/** Our chains on this host, which are read again only when somebody else has changed rules. */
export class Ebtables {
  /** For `SavedRules.settle`, after `apply`. */
  readonly saved = new SavedRules('ebtables-save', undefined, readEbtables);

  /** Brings our chains to what is wanted; true when something was written. */
  async apply(wanted: EbtablesChains): Promise<boolean> {
    const observed = await this.saved.current();
    const lines = planEbtables(wanted, observed);
    if (lines.length === 0) return false;
    await restorerOf(['ebtables-restore', '--noflush']).restore(lines);
    this.saved.wrote(1, observed, reached(wanted, observed));
    return true;
  }

  /** What `apply` would put right. Only reads. */
  async compare(wanted: EbtablesChains): Promise<readonly Difference[]> {
    return planEbtables(wanted, await this.saved.current()).flatMap((line): Difference[] => {
      const [, verb, chain, rest] = /^(-A|-D|-X|:)\s?(\S+) ?(.*)$/.exec(line) ?? [];
      if (verb === ':' && wanted.chains.has(chain!)) return [unset(`ebtables chain ${chain}`)];
      if (verb === '-X') return [foreign(`ebtables chain ${chain}`)];
      if (chain !== HOOK) return [];
      return [(verb === '-D' ? foreign : missing)(`ebtables ${chain} ${rest}`)];
    });
  }
}

/** What the spoofing filters let a device send as; undefined where none limits it. */
export async function allowedSenders(
  device: string,
  netns?: string,
): Promise<{ readonly macs?: readonly string[]; readonly addresses?: readonly string[] }> {
  const { chains, jumps } = readEbtables((await run(['ebtables-save'], { netns })).stdout);
  const allowed = (chain: string, pattern: RegExp) => {
    if (!jumps.some((jump) => jump.endsWith(`-j ${chain}`))) return undefined;
    const rules = chains.get(chain) ?? [];
    return rules.includes('-j DROP')
      ? rules.flatMap((rule) => pattern.exec(rule)?.[1]?.split(',') ?? [])
      : undefined;
  };
  const macs = allowed(`neutronMAC-${device}`, /--among-src (\S+)/);
  const addresses = allowed(`neutronARP-${device}`, /--arp-ip-src (\S+)/);
  return { ...(macs ? { macs } : {}), ...(addresses ? { addresses } : {}) };
}
