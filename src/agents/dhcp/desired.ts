import type { DhcpNetwork } from '../../rpc/dhcp.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import { wantsDhcp } from './network.ts';

/**
 * What the server wants on this host, as far as the agent knows. A network's facts come from the server whole; port
 * events keep them up to date. An event that arrives while facts are on their way is applied to them once more when
 * they are there, because they may be older than it.
 */
export interface Desired {
  /** Facts that are up to date, or 'unknown' when they must be asked for, or 'unwanted'. */
  get(networkId: string): DhcpNetwork | 'unknown' | 'unwanted';
  /** The server has something new of a network, which it tells those who serve it: its facts must be asked for. */
  announce(networkId: string): void;
  /** The facts must be asked for again before the next work on the network. One that has left this host stays away. */
  invalidate(networkId: string): void;
  /** The network has left this host. */
  drop(networkId: string): void;
  /** Asks for one network's facts. */
  refresh(networkId: string, ask: () => Promise<DhcpNetwork | null>): Promise<DhcpNetwork | null>;
  /** Asks for the facts of every network of this host. */
  refreshAll(ask: () => Promise<readonly DhcpNetwork[]>): Promise<void>;
  /** False when it changes nothing that dnsmasq should know, or is older than what is known. */
  putPort(port: PortDict): boolean;
  removePort(networkId: string, portId: string): boolean;
  deviceIdOf(networkId: string, portId: string): string | undefined;
  ids(): IterableIterator<string>;
  /** Of networks that are served. */
  counts(): { networks: number; subnets: number; ports: number };
}

type Event =
  | { readonly networkId: string; readonly put: PortDict }
  | { readonly networkId: string; readonly removed: string }
  | { readonly networkId: string; readonly dropped: true };

interface Known {
  facts: DhcpNetwork | undefined;
  valid: boolean;
}

export function createDesired(): Desired {
  const networks = new Map<string, Known>();
  const deletedPorts = new Set<string>();
  const journals = new Set<Event[]>();

  const record = (event: Event) => {
    for (const journal of journals) journal.push(event);
  };

  async function withJournal<T>(ask: () => Promise<T>): Promise<{ answer: T; events: readonly Event[] }> {
    const events: Event[] = [];
    journals.add(events);
    try {
      return { answer: await ask(), events };
    } finally {
      journals.delete(events);
    }
  }

  function replay(facts: DhcpNetwork, events: readonly Event[]): void {
    facts.ports = facts.ports.filter((port) => !deletedPorts.has(port.id));
    for (const event of events) {
      if (event.networkId !== facts.id) continue;
      if ('put' in event) putInto(facts, event.put);
      else if ('removed' in event) removeFrom(facts, event.removed);
    }
  }

  return {
    get(networkId) {
      const known = networks.get(networkId);
      if (!known) return 'unwanted';
      return known.valid && known.facts ? known.facts : 'unknown';
    },
    announce(networkId) {
      networks.set(networkId, { facts: networks.get(networkId)?.facts, valid: false });
    },
    invalidate(networkId) {
      const known = networks.get(networkId);
      if (known) networks.set(networkId, { facts: known.facts, valid: false });
    },
    drop(networkId) {
      networks.delete(networkId);
      record({ networkId, dropped: true });
    },
    async refresh(networkId, ask) {
      // Valid from now on, unless something invalidates it again before the answer comes.
      const known: Known = { facts: networks.get(networkId)?.facts, valid: true };
      networks.set(networkId, known);
      try {
        const { answer, events } = await withJournal(ask);
        if (answer) replay(answer, events);
        // Invalidated meanwhile: the facts are better than none, and will be asked for again.
        const now = networks.get(networkId);
        if (answer && now) now.facts = answer;
        if (!answer && now === known) networks.delete(networkId);
        return answer;
      } catch (error) {
        known.valid = false;
        throw error;
      }
    },
    async refreshAll(ask) {
      const before = new Map(networks);
      const { answer, events } = await withJournal(ask);
      const dropped = new Set(events.filter((event) => 'dropped' in event).map((event) => event.networkId));
      const listed = new Set(answer.map((facts) => facts.id));
      for (const facts of answer) {
        replay(facts, events);
        const now = networks.get(facts.id);
        // Asked for or invalidated while the answer was on its way: what is newer than the answer stands.
        if (now !== before.get(facts.id) && (now?.valid || now?.facts)) continue;
        const valid = now === before.get(facts.id);
        if (!dropped.has(facts.id)) networks.set(facts.id, { facts, valid });
      }
      for (const [id, known] of networks)
        if (!listed.has(id) && before.get(id) === known) networks.delete(id);
      if (deletedPorts.size > 100_000) deletedPorts.clear();
    },
    putPort(port) {
      if (deletedPorts.has(port.id)) return false;
      record({ networkId: port.network_id, put: port });
      const facts = networks.get(port.network_id)?.facts;
      return facts !== undefined && putInto(facts, port);
    },
    removePort(networkId, portId) {
      deletedPorts.add(portId);
      record({ networkId, removed: portId });
      const facts = networks.get(networkId)?.facts;
      return facts !== undefined && removeFrom(facts, portId);
    },
    deviceIdOf: (networkId, portId) =>
      networks.get(networkId)?.facts?.ports.find(({ id }) => id === portId)?.device_id,
    ids: () => networks.keys(),
    counts() {
      const facts = [...networks.values()].flatMap((known) => known.facts ?? []).filter(wantsDhcp);
      return {
        networks: facts.length,
        subnets: facts.reduce(
          (sum, { subnets, non_local_subnets }) => sum + subnets.length + (non_local_subnets?.length ?? 0),
          0,
        ),
        ports: facts.reduce((sum, { ports }) => sum + ports.length, 0),
      };
    },
  };
}

function putInto(facts: DhcpNetwork, port: PortDict): boolean {
  const at = facts.ports.findIndex(({ id }) => id === port.id);
  const known = facts.ports[at];
  if (!known) {
    facts.ports.push(port);
    return true;
  }
  if ((known.revision_number ?? 0) > (port.revision_number ?? 0)) return false;
  facts.ports[at] = port;
  return whatMatters(known) !== whatMatters(port);
}

function removeFrom(facts: DhcpNetwork, portId: string): boolean {
  const at = facts.ports.findIndex(({ id }) => id === portId);
  if (at >= 0) facts.ports.splice(at, 1);
  return at >= 0;
}

/** The attributes of a port that show in dnsmasq's files or in the namespace. */
const whatMatters = (port: PortDict): string =>
  JSON.stringify([
    port.mac_address,
    port.fixed_ips,
    port.extra_dhcp_opts ?? [],
    port.dns_assignment ?? [],
    port.device_owner,
    port.device_id,
  ]);
