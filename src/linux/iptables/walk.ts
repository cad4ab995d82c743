import { cidrContains } from '../../net/cidr.ts';
import { canonicalMac } from '../../net/mac.ts';
import type { Packet, Walked } from '../../net/packet.ts';

/** A rule as `iptables-save -c` shows it: its text after the chain's name, and the packets it has counted. */
export interface CountedRule {
  readonly text: string;
  readonly packets: number;
}

export interface CountedChain {
  /** ACCEPT or DROP of a built-in chain; '-' of others. */
  readonly policy: string;
  readonly rules: readonly CountedRule[];
}

export type CountedTable = ReadonlyMap<string, CountedChain>;

/** Reads `iptables-save -c`: table → chain. */
export function readCounted(text: string): ReadonlyMap<string, CountedTable> {
  const tables = new Map<string, Map<string, { policy: string; rules: CountedRule[] }>>();
  let table = new Map<string, { policy: string; rules: CountedRule[] }>();
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) {
      table = new Map();
      tables.set(line.slice(1).trim(), table);
    } else if (line.startsWith(':')) {
      const [name = '', policy = '-'] = line.slice(1).split(' ');
      table.set(name, { policy, rules: [] });
    } else {
      const rule = /^\[(\d+):\d+\] -A (\S+) ?(.*)$/.exec(line);
      if (rule) table.get(rule[2]!)?.rules.push({ text: rule[3]!.trimEnd(), packets: Number(rule[1]) });
    }
  }
  return tables;
}

/** Whether an address is in an ipset. */
export type IsMember = (set: string, address: string) => boolean;

/**
 * What a table does with the first packet of a connection that comes to one of its built-in chains. Pure. Never a
 * guess: where a rule could decide that this does not understand, the verdict is `unknown` and the rule is named.
 */
export function walk(table: CountedTable, chain: string, packet: Packet, isMember: IsMember): Walked {
  const chains: string[] = [];
  const marked = { ...packet };
  const end = (verdict: string, at: string, rule: CountedRule | null, to: string | null = null): Walked => ({
    verdict,
    chain: at,
    rule: rule?.text ?? null,
    packets: rule?.packets ?? null,
    to,
    chains,
  });

  /** Undefined: the chain returns. */
  const pass = (name: string): Walked | undefined => {
    // A chain that calls itself cannot be loaded; this is for text that no kernel has printed.
    if (chains.length > 200) return end('unknown', name, null);
    chains.push(name);
    for (const rule of table.get(name)?.rules ?? []) {
      const { matches, target } = parseRule(rule.text);
      const verdict = judgeAll(matches, marked, isMember);
      if (verdict === false) continue;
      const [action = '', ...options] = target;
      if (PASSES.has(action) || action === '') {
        const mark = action === 'MARK' && verdict === true ? setMark(marked.mark ?? 0, options) : undefined;
        if (mark !== undefined) marked.mark = mark;
        continue;
      }
      if (verdict === undefined) return end('unknown', name, rule);
      if (action === 'RETURN') return undefined;
      if (FINAL.has(action)) return end(action, name, rule, translationOf(options));
      if (!table.has(action)) return end('unknown', name, rule);
      const inner = pass(action);
      if (inner) return inner;
    }
    return undefined;
  };
  return pass(chain) ?? end(table.get(chain)?.policy ?? 'ACCEPT', chain, null);
}

const FINAL = new Set(['ACCEPT', 'DROP', 'REJECT', 'SNAT', 'DNAT', 'REDIRECT', 'MASQUERADE']);
/** Targets after which the next rule is looked at. */
const PASSES = new Set(['MARK', 'CONNMARK', 'CT', 'LOG', 'NFLOG', 'CHECKSUM', 'TCPMSS', 'NOTRACK', 'TRACE']);

interface Match {
  /** The module it is of, for options that several have: mark, connmark. */
  readonly module: string;
  readonly option: string;
  readonly values: readonly string[];
  readonly negated: boolean;
}

/** Splits a rule into its matches and its target with the target's options. */
function parseRule(text: string): { matches: readonly Match[]; target: readonly string[] } {
  const words = text.match(/"[^"]*"|\S+/g) ?? [];
  const jump = words.findIndex((word) => word === '-j' || word === '-g');
  const target = jump < 0 ? [] : words.slice(jump + 1);
  const matches: { module: string; option: string; values: string[]; negated: boolean }[] = [];
  let module = '';
  let negated = false;
  for (const word of jump < 0 ? words : words.slice(0, jump)) {
    if (word === '!') negated = true;
    else if (word.startsWith('-')) {
      matches.push({ module, option: word, values: [], negated });
      negated = false;
    } else {
      const last = matches.at(-1);
      if (last?.option === '-m') {
        module = word;
        matches.pop();
      } else last?.values.push(word);
    }
  }
  return { matches, target };
}

/** True when all match, false when one does not, undefined when that depends on one that is not understood. */
function judgeAll(matches: readonly Match[], packet: Packet, isMember: IsMember): boolean | undefined {
  let known: boolean | undefined = true;
  for (const match of matches) {
    const one = judge(match, packet, isMember);
    if (one === undefined) known = undefined;
    else if (one === match.negated) return false;
  }
  return known;
}

function judge(match: Match, packet: Packet, isMember: IsMember): boolean | undefined {
  const [value = '', second = ''] = match.values;
  switch (match.option) {
    case '--comment':
      return true;
    case '-s':
      return cidrContains(value, packet.source);
    case '-d':
      return cidrContains(value, packet.destination);
    case '-p':
      return value === 'all' || protocolOf(value) === protocolOf(packet.protocol);
    case '-i':
      return matchesDevice(value, packet.in);
    case '-o':
      return matchesDevice(value, packet.out);
    case '--physdev-in':
      return matchesDevice(value, packet.physdevIn);
    case '--physdev-out':
      return matchesDevice(value, packet.physdevOut);
    case '--physdev-is-bridged':
      return packet.physdevIn !== undefined || packet.physdevOut !== undefined;
    case '--sport':
    case '--sports':
      return packet.sourcePort === undefined ? undefined : inPorts(value, packet.sourcePort);
    case '--dport':
    case '--dports':
      return packet.destinationPort === undefined ? undefined : inPorts(value, packet.destinationPort);
    case '--icmp-type':
      return inTypes(value, ECHO[4]);
    case '--icmpv6-type':
      return inTypes(value, ECHO[6]);
    case '--state':
    case '--ctstate':
      return value.split(',').some((state) => state === 'NEW' || (state === 'DNAT' && packet.translated));
    case '--mac-source':
      return packet.mac === undefined ? undefined : canonicalMac(value) === canonicalMac(packet.mac);
    case '--match-set':
      return isMember(value, second.startsWith('src') ? packet.source : packet.destination);
    case '--mark':
      return marks(value, match.module === 'connmark' ? 0 : (packet.mark ?? 0));
    default:
      return undefined;
  }
}

const NUMBERS: Readonly<Record<string, string>> = {
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'ipv6-icmp',
  icmpv6: 'ipv6-icmp',
};
const protocolOf = (name: string) => NUMBERS[name] ?? name;

/** Types of echo requests. */
const ECHO = { 4: 8, 6: 128 } as const;

const inTypes = (wanted: string, type: number) =>
  wanted === 'any' || wanted === String(type) || wanted === `${type}/0` || wanted === 'echo-request';

/** '22', '1:1024', '22,80,8000:8080'. */
const inPorts = (wanted: string, port: number) =>
  wanted.split(',').some((range) => {
    const [low = '', high = low] = range.split(':');
    return port >= Number(low) && port <= Number(high);
  });

/** A name that ends in + stands for all that begin so. */
const matchesDevice = (wanted: string, device: string | undefined) =>
  device !== undefined && (wanted.endsWith('+') ? device.startsWith(wanted.slice(0, -1)) : wanted === device);

function marks(wanted: string, mark: number): boolean {
  const [value = 0, mask = 0xffffffff] = wanted.split('/').map(Number);
  return (mark & mask) >>> 0 === value >>> 0;
}

/** `--set-xmark VALUE/MASK`. */
function setMark(mark: number, options: readonly string[]): number | undefined {
  const at = options.indexOf('--set-xmark');
  if (at < 0) return undefined;
  const [value = 0, mask = 0xffffffff] = (options[at + 1] ?? '').split('/').map(Number);
  return ((mark & ~mask) ^ value) >>> 0;
}

const TRANSLATIONS = ['--to-destination', '--to-source', '--to-ports'];

function translationOf(options: readonly string[]): string | null {
  const at = options.findIndex((option) => TRANSLATIONS.includes(option));
  return at < 0 ? null : (options[at + 1] ?? null);
}
