/** Conntrack zones that Neutron gives to networks. */
const FIRST = 4097;
const LAST = 65535;

/** The zone of each bridge, found again after a restart in the rules that are in force. */
export class Zones {
  readonly #zones = new Map<string, number>();

  /** Learns from iptables-save's text of table raw. */
  recover(rules: Iterable<string>): void {
    for (const rule of rules) {
      const found = /^-i (\S+) .*-j CT --zone (\d+)$/.exec(rule);
      if (found && !this.#zones.has(found[1]!)) this.#zones.set(found[1]!, Number(found[2]));
    }
  }

  /** The bridge's zone: one above the highest in use, and below that only when the last is taken. */
  of(bridge: string): number {
    const known = this.#zones.get(bridge);
    if (known !== undefined) return known;
    const used = new Set(this.#zones.values());
    let zone = Math.max(FIRST - 1, ...used) + 1;
    if (zone > LAST) {
      zone = FIRST;
      while (used.has(zone) && zone < LAST) zone++;
    }
    this.#zones.set(bridge, zone);
    return zone;
  }

  /** Forgets the zones of bridges that carry no filtered port any more. */
  keepOnly(bridges: ReadonlySet<string>): void {
    for (const bridge of this.#zones.keys()) if (!bridges.has(bridge)) this.#zones.delete(bridge);
  }
}
