import { listAddresses } from '../../linux/addresses.ts';
import { listensAt } from '../../linux/boundPorts.ts';
import { listFlows } from '../../linux/conntrack.ts';
import { allowedSenders } from '../../linux/ebtables.ts';
import { listFdb, listNeighbours } from '../../linux/fdb.ts';
import { type IpSet, listIpsets } from '../../linux/ipset.ts';
import { type CountedTable, readCounted, walk } from '../../linux/iptables/walk.ts';
import { type Link, listLinks } from '../../linux/links.ts';
import { namespaceExists } from '../../linux/netns.ts';
import { arp, type Echo, echo, wayTo } from '../../linux/probes/index.ts';
import { run } from '../../linux/process.ts';
import { findRoute } from '../../linux/routes.ts';
import { readSysctl } from '../../linux/sysctl.ts';
import { reasonOf } from '../../log/reason.ts';
import type { Endpoint } from '../../messaging/transport.ts';
import { cidrContains } from '../../net/cidr.ts';
import { endpoint } from '../../rpc/interface.ts';
import {
  type EchoRead,
  type LinkRead,
  type Question,
  type ReadAnswer,
  type ReadName,
  type Reads,
  readback,
} from '../../rpc/readback.ts';

/** How each question is answered. */
export type Readers = {
  readonly [Name in ReadName]: (
    given: Reads[Name]['given'],
    host: Snapshot,
  ) => Promise<Reads[Name]['answer']>;
};

/** One of them, when which it is shows only at run time. */
type Reader = (given: never, host: Snapshot) => Promise<Reads[ReadName]['answer']>;

/** What several questions of one message ask for is read once. */
class Snapshot {
  readonly #read = new Map<string, Promise<unknown>>();

  #once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#read.get(key) as Promise<T> | undefined;
    const reading = known ?? read();
    this.#read.set(key, reading);
    return reading;
  }

  links = (netns?: string): Promise<ReadonlyMap<string, Link>> =>
    this.#once(`links ${netns}`, () => listLinks(netns));

  tables = (family: 4 | 6, netns?: string): Promise<ReadonlyMap<string, CountedTable>> =>
    this.#once(`tables ${family} ${netns}`, async () => {
      const save = family === 4 ? 'iptables-save' : 'ip6tables-save';
      return readCounted((await run([save, '-c'], { netns })).stdout);
    });

  ipsets = (netns?: string): Promise<ReadonlyMap<string, IpSet>> =>
    this.#once(`ipsets ${netns}`, () => listIpsets(netns));
}

const isThere = (netns: string | undefined) => netns === undefined || namespaceExists(netns);

/** Reads of the kernel that every agent can do for its host. */
const KERNEL: Omit<Readers, 'dhcpHost'> = {
  namespace: async ({ name }) => namespaceExists(name),
  link: async ({ name, netns }, host) => {
    const link = isThere(netns) ? (await host.links(netns)).get(name) : undefined;
    return link === undefined ? null : linkRead(link);
  },
  fdb: async ({ device }) =>
    (await listFdb({ device })).map(({ mac, destination = '' }) => ({ mac, destination })),
  neighbours: async ({ device, netns }) =>
    (await listNeighbours({ netns, device })).map(({ address, mac = null, permanent }) => ({
      address,
      mac,
      permanent,
    })),
  addresses: async ({ device, netns }) => (await listAddresses({ netns, device })).map(({ cidr }) => cidr),
  route: async ({ to, netns }) => {
    const route = await findRoute(to, netns);
    return route === undefined ? null : { device: route.device, via: route.via ?? null };
  },
  walk: async ({ table, chain, packet, netns }, host) => {
    const tables = await host.tables(packet.family, netns);
    const sets = await host.ipsets(netns);
    const isMember = (set: string, address: string) =>
      (sets.get(set)?.members ?? []).some((member) => cidrContains(member, address));
    return walk(tables.get(table) ?? new Map(), chain, packet, isMember);
  },
  sysctl: async ({ name, netns }) => readSysctl(name, netns) ?? null,
  spoofing: async ({ device }) => {
    const { macs = null, addresses = null } = await allowedSenders(device);
    return { macs, addresses };
  },
  flows: async ({ source, destination, netns }) =>
    (await listFlows({ source, destination }, netns)).map((flow) => ({
      protocol: flow.protocol,
      source: flow.source,
      destination: flow.destination,
      destinationPort: flow.destinationPort ?? null,
      state: flow.state ?? null,
      zone: flow.zone ?? null,
    })),
  echo: async ({ address, netns }) => echoRead(await echo(address, { netns, count: 2 })),
  way: ({ address, bytes, netns }) => wayTo(address, bytes, { netns }),
  arp: async ({ device, address, netns }) => {
    // Some machines answer no question that comes from nobody's address.
    const own = (await listAddresses({ netns, device })).find(({ cidr }) => cidrContains(cidr, address));
    const asked = { netns, device, milliseconds: 400 };
    const anonymous = await arp(address, asked);
    const [mac] =
      anonymous.length > 0 ? anonymous : await arp(address, { ...asked, source: own?.cidr.split('/')[0] });
    return mac === undefined ? null : { mac };
  },
  listens: async ({ port, netns }) => listensAt(port, netns),
};

const linkRead = ({ up, carrier, mtu, mac, master, kind, vxlan }: Link): LinkRead => ({
  up,
  carrier,
  mtu,
  mac,
  master: master ?? null,
  kind: kind ?? null,
  vxlan: vxlan ? { vni: vxlan.vni, local: vxlan.local ?? null, proxy: vxlan.proxy } : null,
});

function echoRead({ answers, failure }: Echo): EchoRead {
  const [first] = answers;
  if (first !== undefined) return { answered: true, milliseconds: Math.round(first * 10) / 10, error: null };
  return { answered: false, milliseconds: null, error: failureText(failure) };
}

function failureText(failure: Echo['failure']): string {
  const from = failure && 'from' in failure && failure.from ? ` (says ${failure.from})` : '';
  if (failure?.kind === 'too big') return `too big: the next link takes ${failure.mtu} bytes${from}`;
  if (failure?.kind === 'unreachable') return `${failure.reason}${from}`;
  return 'no answer';
}

/** Answers the server's questions about this host's kernel; `more` are those that only one kind of agent can answer. */
export function readbackEndpoint(more: Partial<Readers> = {}): Endpoint {
  const readers: Partial<Readers> = { ...KERNEL, ...more };

  async function answer(question: Question, host: Snapshot): Promise<ReadAnswer> {
    const reader = readers[question.read] as Reader | undefined;
    if (!reader) return { failed: `this agent cannot read ${question.read}` };
    try {
      return { answer: await reader(question as never, host) };
    } catch (error) {
      return { failed: reasonOf(error) };
    }
  }

  return endpoint(readback('Linux bridge agent'), {
    async read(_context, { questions }) {
      const host = new Snapshot();
      return Promise.all(questions.map((question) => answer(question, host)));
    },
  });
}
