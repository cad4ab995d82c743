import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { core, dhcpAgent } from '../../../config/options/index.ts';
import { connectionTableFull, ipv6Disabled, neighbourTableSmall } from '../../../health/catalogue/kernel.ts';
import { type Check, failing, notChecked, pass } from '../../../health/checks.ts';
import type { Finding, Where } from '../../../health/finding.ts';
import { listNamespaces } from '../../../linux/netns.ts';
import { NamespaceMissing } from '../../../linux/setns.ts';
import { readSysctl } from '../../../linux/sysctl.ts';
import { cloudOf } from '../../cloud.ts';
import type { DoctorContext } from '../../context.ts';

const NEARLY = 0.8;

/** The next power of two that leaves room: four times what is needed. */
export const roomFor = (needed: number): number => 2 ** Math.ceil(Math.log2(needed * 4));

/** Whether the neighbour table of a family is too small for what will be in it. */
export function neighbourFinding(
  family: 4 | 6,
  limit: number,
  projected: number,
  where: Where,
): Finding | undefined {
  if (projected < limit * NEARLY) return undefined;
  return neighbourTableSmall.found({ family, limit, projected, enough: roomFor(projected) }, where);
}

/** Entries of a neighbour table now, in all namespaces together, from /proc/net/stat/arp_cache or ndisc_cache. */
export function entriesOf(text: string): number {
  const [names = '', values = ''] = text.split('\n');
  return Number.parseInt(values.trim().split(/\s+/)[names.trim().split(/\s+/).indexOf('entries')] ?? '0', 16);
}

const attempt = <T>(read: () => T, otherwise: T): T => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};

/** Addresses that the DHCP servers of this host serve: its routers and servers talk to each. */
function servedAddresses({ configOf }: DoctorContext): number {
  const config = configOf('neutron-dhcp-agent');
  if (config === undefined) return 0;
  const directory = config.group(dhcpAgent).dhcp_confs || join(config.group(core).state_path, 'dhcp');
  const files = attempt(() => readdirSync(directory), []).map((network) => join(directory, network, 'host'));
  const lines = files.map((file) => attempt(() => readFileSync(file, 'utf8').split('\n').length - 1, 0));
  return lines.reduce((sum, count) => sum + count, 0);
}

const neighbours: Check<DoctorContext> = {
  name: 'limits: neighbour table',
  async run(context) {
    const tables = ([4, 6] as const).map((family) => ({
      family,
      limit: Number(readSysctl(`net/ipv${family}/neigh/default/gc_thresh3`)),
      entries: attempt(
        () => entriesOf(readFileSync(`/proc/net/stat/${family === 4 ? 'arp' : 'ndisc'}_cache`, 'utf8')),
        0,
      ),
    }));
    if (tables.some(({ limit }) => Number.isNaN(limit)))
      return notChecked('the kernel shows these limits outside of containers and namespaces only');
    const served = servedAddresses(context);
    const hosts = (await cloudOf(context)).facts?.agents.length ?? 0;
    const found = tables.flatMap(({ family, limit, entries }) => {
      const projected = Math.max(entries, family === 4 ? served + hosts : 0);
      const evidence = [
        `gc_thresh3 = ${limit}`,
        `${entries} neighbours now; the DHCP servers of this host serve ${served} addresses`,
      ];
      return neighbourFinding(family, limit, projected, { host: context.host, evidence }) ?? [];
    });
    return failing(
      found,
      ...tables.map(({ family, limit, entries }) => `IPv${family}: ${entries} of ${limit}`),
    );
  },
};

/** Namespaces looked into: on hosts with thousands the first tell enough. */
const MOST_NAMESPACES = 1000;

interface Tracked {
  readonly where: string;
  readonly count: number;
}

/** Which tables of connections are nearly full; the limit holds for each namespace. */
export const connectionFindings = (
  tables: readonly Tracked[],
  max: number,
  where: Where,
): readonly Finding[] =>
  tables
    .filter(({ count }) => count > max * NEARLY)
    .map((table) =>
      connectionTableFull.found(
        { ...table, max, enough: roomFor(max) },
        { ...where, evidence: [`nf_conntrack_count = ${table.count}, nf_conntrack_max = ${max}`] },
      ),
    );

const connections: Check<DoctorContext> = {
  name: 'limits: tracked connections',
  async run({ root, host }) {
    const name = 'net/netfilter/nf_conntrack_';
    const max = Number(readSysctl(`${name}max`));
    if (Number.isNaN(max)) return pass('no connection is tracked yet');
    const inside = root ? listNamespaces().slice(0, MOST_NAMESPACES) : [];
    const tables = [undefined, ...inside].flatMap((netns) => {
      try {
        return [{ where: netns ?? 'this host', count: Number(readSysctl(`${name}count`, netns) ?? 0) }];
      } catch (error) {
        if (error instanceof NamespaceMissing) return [];
        throw error;
      }
    });
    const most = tables.toSorted((a, b) => b.count - a.count)[0]!;
    return failing(
      connectionFindings(tables, max, { host }),
      `at most ${most.count} of ${max}, in ${most.where}${root ? '' : '; namespaces need root'}`,
    );
  },
};

const ipv6: Check<DoctorContext> = {
  name: 'kernel: IPv6',
  async run({ host }) {
    const names = ['all', 'default'].map((device) => `net/ipv6/conf/${device}/disable_ipv6`);
    const values = names.map((name) => ({ name: name.replaceAll('/', '.'), value: readSysctl(name) }));
    const off = values.filter(({ value }) => value !== '0');
    const where = off.map(({ name, value }) =>
      value === undefined ? 'the kernel has none' : `${name} = ${value}`,
    )[0];
    return failing(
      where === undefined ? [] : [ipv6Disabled.found({ where }, { host })],
      'IPv6 is switched on',
    );
  },
};

/** Limits of the kernel against what is there and what will be. */
export const limitChecks: readonly Check<DoctorContext>[] = [ipv6, neighbours, connections];
