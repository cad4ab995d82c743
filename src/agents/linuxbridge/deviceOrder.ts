/**
 * The order in which rules of one kind stand in a chain, each for a device. Any order means the same, and Neutron's is
 * arbitrary; so that of before a restart is kept, and rules that are right are not written anew.
 */
export class DeviceOrder {
  readonly #rule: RegExp;
  #positions: ReadonlyMap<string, number> = new Map();

  /** Matches rules of the kind; its first group is the device. */
  constructor(rule: RegExp) {
    this.#rule = rule;
  }

  /** Learns from lines of iptables-save. */
  recover(lines: readonly string[]): void {
    const devices = lines.flatMap((line) => this.#rule.exec(line)?.[1] ?? []);
    this.#positions = new Map(devices.map((device, position) => [device, position]));
  }

  /** Devices that were there first, as they stood; then the others by name. */
  sorted(devices: readonly string[]): readonly string[] {
    const position = (device: string) => this.#positions.get(device) ?? this.#positions.size;
    return devices.toSorted((a, b) => position(a) - position(b) || (a < b ? -1 : 1));
  }
}
