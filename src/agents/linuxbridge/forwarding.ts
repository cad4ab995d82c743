import type { FdbEntry as KernelEntry, Neighbour } from '../../linux/fdb.ts';
import { canonicalMac } from '../../net/mac.ts';
import { vxlanDeviceName } from '../../net/names.ts';
import { type FdbChanges, type FdbEntries, type FdbEntry, floodingEntry } from '../../rpc/l2population.ts';

const FLOOD = floodingEntry[0];

/** Where the MACs and addresses of one network's remote ports are. */
interface Table {
  readonly vni: number;
  /** VTEPs that get what is flooded. */
  readonly flood: Set<string>;
  /** MAC → VTEP. */
  readonly macs: Map<string, string>;
  /** Address → MAC. */
  readonly addresses: Map<string, string>;
  /** Whether messages told of peers since the table was begun. */
  told: boolean;
}

/**
 * What l2population's messages said, for the vxlan networks of this host. It only remembers; `plan` compares with the
 * kernel. The order of messages does not matter for a MAC that moves: a removal counts only at the VTEP it names.
 */
export class Forwarding {
  readonly #tables = new Map<string, Table>();
  readonly #localIp: string;

  constructor(localIp: string) {
    this.#localIp = localIp;
  }

  /** Begins to remember a network that this host carries now. */
  follow(networkId: string, vni: number): void {
    if (this.#tables.get(networkId)?.vni === vni) return;
    this.#tables.set(networkId, {
      vni,
      flood: new Set(),
      macs: new Map(),
      addresses: new Map(),
      told: false,
    });
  }

  /** Messages may have been missed: forgets what they said, until the whole table is told again. */
  restart(networkId: string): void {
    const table = this.#tables.get(networkId);
    if (!table) return;
    this.#tables.delete(networkId);
    this.follow(networkId, table.vni);
  }

  forget(networkId: string): void {
    this.#tables.delete(networkId);
  }

  networks(): readonly string[] {
    return [...this.#tables.keys()];
  }

  /** How many entries and addresses a network has. */
  size(networkId: string): { fdb: number; neighbours: number } {
    const { flood, macs, addresses } = this.#tables.get(networkId) ?? {};
    return { fdb: (flood?.size ?? 0) + (macs?.size ?? 0), neighbours: addresses?.size ?? 0 };
  }

  /** Returns the networks that it touched. */
  add(entries: FdbEntries): readonly string[] {
    return this.#each(entries, (table, vtep, [mac, address]) => {
      table.told = true;
      if (mac === FLOOD) table.flood.add(vtep);
      else {
        table.macs.set(canonicalMac(mac), vtep);
        table.addresses.set(address, canonicalMac(mac));
      }
    });
  }

  remove(entries: FdbEntries): readonly string[] {
    return this.#each(entries, (table, vtep, [mac, address]) => {
      if (mac === FLOOD) {
        table.flood.delete(vtep);
        return;
      }
      const elsewhere = (table.macs.get(canonicalMac(mac)) ?? vtep) !== vtep;
      if (elsewhere) return;
      table.macs.delete(canonicalMac(mac));
      if (table.addresses.get(address) === canonicalMac(mac)) table.addresses.delete(address);
    });
  }

  /** Addresses of ports changed; their MACs stay where they are. */
  change(changes: FdbChanges): readonly string[] {
    const touched = new Set<string>();
    for (const [networkId, agents] of Object.entries(changes.chg_ip ?? {})) {
      const table = this.#tables.get(networkId);
      if (!table) continue;
      for (const [vtep, { before = [], after = [] }] of Object.entries(agents)) {
        if (vtep === this.#localIp) continue;
        for (const [mac, address] of before)
          if (table.addresses.get(address) === canonicalMac(mac)) table.addresses.delete(address);
        for (const [mac, address] of after) table.addresses.set(address, canonicalMac(mac));
        touched.add(networkId);
      }
    }
    return [...touched];
  }

  #each(
    entries: FdbEntries,
    visit: (table: Table, vtep: string, entry: FdbEntry) => void,
  ): readonly string[] {
    const touched: string[] = [];
    for (const [networkId, { ports }] of Object.entries(entries)) {
      const table = this.#tables.get(networkId);
      if (!table) continue;
      for (const [vtep, list] of Object.entries(ports)) {
        if (vtep === this.#localIp) continue;
        for (const entry of list) visit(table, vtep, entry);
      }
      touched.push(networkId);
    }
    return touched;
  }

  /**
   * Lines of `bridge -batch` that bring a network's device about. Entries that nobody told of are removed only when
   * `sweep`: after a restart they are what carries traffic until the server has told everything again.
   */
  plan(networkId: string, observed: readonly KernelEntry[], sweep: boolean): readonly string[] {
    const table = this.#tables.get(networkId);
    if (!table) return [];
    const device = vxlanDeviceName(table.vni);
    const have = observed.filter((entry) => entry.device === device && entry.permanent);
    const present = new Set(have.map((entry) => `${entry.mac} ${entry.destination}`));
    const lines: string[] = [];
    for (const vtep of table.flood)
      if (!present.has(`${FLOOD} ${vtep}`)) lines.push(`fdb append ${FLOOD} dev ${device} dst ${vtep}`);
    for (const [mac, vtep] of table.macs)
      if (!present.has(`${mac} ${vtep}`)) lines.push(`fdb replace ${mac} dev ${device} dst ${vtep}`);
    if (!sweep || !table.told) return lines;
    for (const { mac, destination } of have) {
      const wanted = mac === FLOOD ? table.flood.has(destination ?? '') : table.macs.has(mac);
      if (!wanted) lines.push(`fdb del ${mac} dev ${device} dst ${destination}`);
    }
    return lines;
  }

  /** Lines of `ip -batch` for the neighbours that the device answers ARP for, when it is an ARP responder. */
  planNeighbours(networkId: string, observed: readonly Neighbour[], sweep: boolean): readonly string[] {
    const table = this.#tables.get(networkId);
    if (!table) return [];
    const device = vxlanDeviceName(table.vni);
    const have = observed.filter((entry) => entry.device === device && entry.permanent);
    const present = new Map(have.map((entry) => [entry.address, entry.mac]));
    const replace = [...table.addresses]
      .filter(([address, mac]) => present.get(address) !== mac)
      .map(([address, mac]) => `neigh replace ${address} lladdr ${mac} dev ${device} nud permanent`);
    if (!sweep || !table.told) return replace;
    const gone = have.filter((entry) => !table.addresses.has(entry.address));
    return [...replace, ...gone.map((entry) => `neigh del ${entry.address} dev ${device}`)];
  }
}
