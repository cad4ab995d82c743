/**
 * The order in which trusted devices stand in chain FORWARD. Any order means the same, and Neutron's is arbitrary; so
 * that of before a restart is kept, and rules that are right are not written anew.
 */
export class DeviceOrder {
  #positions: ReadonlyMap<string, number> = new Map();

  /** Learns from iptables-save's rules of table filter. */
  recover(rules: readonly string[]): void {
    const devices = rules.flatMap((rule) => {
      const found = /--physdev-out (\S+) --physdev-is-bridged .*-j ACCEPT$/.exec(rule);
      return found ? [found[1]!] : [];
    });
    this.#positions = new Map(devices.map((device, position) => [device, position]));
  }

  /** Devices that were there first, as they stood; then the others by name. */
  sorted(devices: readonly string[]): readonly string[] {
    const position = (device: string) => this.#positions.get(device) ?? this.#positions.size;
    return devices.toSorted((a, b) => position(a) - position(b) || (a < b ? -1 : 1));
  }
}
