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
  /** Whether the server told who is there since the table was begun. */
  told: boolean;
  /** What was told since the server was last asked for the whole table. */
  round: Round | undefined;
  /** Entries that its last answer did not name. */
  suspects: Set<string>;
}

/** One answer of the server, as it comes in. */
export interface Round {
  readonly named: Set<string>;
  /** Whether it has come: it ends with what the server tells all hosts of this one. */
  answered: boolean;
}

/** Names of entries in a round. */
const ofFlood = (vtep: string) => `flood ${vtep}`;
const ofMac = (mac: string, vtep: string) => `mac ${mac} ${vtep}`;
const ofAddress = (address: string, mac: string) => `address ${address} ${mac}`;

/** An entry was told anew: it is right as of now. */
function named({ round, suspects }: Table, name: string): void {
  round?.named.add(name);
  suspects.delete(name);
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
      round: undefined,
      suspects: new Set(),
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

  /** From here on a whole table is told: the server is about to be asked for it. */
  expect(networkId: string): Round | undefined {
    const table = this.#tables.get(networkId);
    if (!table) return undefined;
    table.round = { named: new Set(), answered: false };
    return table.round;
  }

  /**
   * The answer to `expect` must be here by now. An entry that is not in it, and was not in the one before, is forgotten:
   * the message that it went was lost. One answer is not enough, as an entry may be newer than it. Returns how many were
   * forgotten, and how many lack in this answer alone; undefined when there is no answer to this question, which another one
   * or a restart may have overtaken.
   */
  conclude(
    networkId: string,
    round: Round | undefined,
  ): { forgotten: number; suspected: number } | undefined {
    const table = this.#tables.get(networkId);
    if (!table || !round?.answered || table.round !== round) return undefined;
    const { flood, macs, addresses, suspects } = table;
    const before = flood.size + macs.size + addresses.size;
    const unnamed = new Set<string>();
    /** Whether an entry is to stay. */
    const judge = (name: string): boolean => {
      if (round.named.has(name)) return true;
      if (suspects.has(name)) return false;
      unnamed.add(name);
      return true;
    };
    for (const vtep of flood) if (!judge(ofFlood(vtep))) flood.delete(vtep);
    for (const [mac, vtep] of macs) if (!judge(ofMac(mac, vtep))) macs.delete(mac);
    for (const [address, mac] of addresses) if (!judge(ofAddress(address, mac))) addresses.delete(address);
    table.suspects = unnamed;
    table.round = undefined;
    // An answer that names nobody tells as well.
    table.told = true;
    return { forgotten: before - flood.size - macs.size - addresses.size, suspected: unnamed.size };
  }

  /** Whether an answer may still come: none has, and nothing was asked since. */
  awaits(networkId: string, round: Round | undefined): boolean {
    return round !== undefined && !round.answered && this.#tables.get(networkId)?.round === round;
  }

  /** How many entries and addresses a network has. */
  size(networkId: string): { fdb: number; neighbours: number } {
    const { flood, macs, addresses } = this.#tables.get(networkId) ?? {};
    return { fdb: (flood?.size ?? 0) + (macs?.size ?? 0), neighbours: addresses?.size ?? 0 };
  }

  /** Returns the networks that it touched. */
  add(entries: FdbEntries): readonly string[] {
    this.#hearOfSelf(entries);
    return this.#each(entries, (table, vtep, [given, address]) => {
      table.told = true;
      if (given === FLOOD) {
        table.flood.add(vtep);
        named(table, ofFlood(vtep));
        return;
      }
      const mac = canonicalMac(given);
      table.macs.set(mac, vtep);
      table.addresses.set(address, mac);
      named(table, ofMac(mac, vtep));
      named(table, ofAddress(address, mac));
    });
  }

  /** With a whole table for this host the server tells all hosts to flood to it; that comes back to it, too. */
  #hearOfSelf(entries: FdbEntries): void {
    for (const [networkId, { ports }] of Object.entries(entries)) {
      const round = this.#tables.get(networkId)?.round;
      if (round && ports[this.#localIp]?.some(([mac]) => mac === FLOOD)) round.answered = true;
    }
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
        for (const [mac, address] of after) {
          table.addresses.set(address, canonicalMac(mac));
          named(table, ofAddress(address, canonicalMac(mac)));
        }
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
   * Lines of `bridge` that bring a network's device about. Entries that nobody told of are removed only when
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

  /** Lines of `ip` for the neighbours that the device answers ARP for, when it is an ARP responder. */
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
