type Item = Readonly<Record<string, unknown>>;

const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;
const mac = /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g;
/** Addresses that a server chose: the journeys' automatic pools, and those of networks for highly available routers. */
const chosen = /\b(?:10\.99|169\.254)\.\d+\.\d+\b/g;

/** What every row's times are set to before a step: another value afterwards shows that the step touched it. */
export const past = '2020-01-01T00:00:00';

/** What one run knows: the names that it gave to ids. Two runs agree when their masked answers do. */
export class Names {
  readonly #byId = new Map<string, string>();
  readonly #idOf = new Map<string, string>();

  give(name: string, id: string): void {
    this.#byId.set(id, name);
    this.#idOf.set(name, id);
  }

  /** `$net` in paths and bodies stands for the id of what a step called net. */
  fill<T>(value: T): T {
    const text = JSON.stringify(value);
    if (text === undefined) return value;
    return JSON.parse(
      text.replaceAll(/\$(\w+)/g, (_, name: string) => this.#idOf.get(name) ?? `no-${name}`),
    ) as T;
  }

  of(id: string): string {
    return this.#byId.get(id) ?? '<id>';
  }

  /** A value without what chance decides; fields and lists in an order that does not depend on it. */
  mask(value: unknown, key = ''): unknown {
    if (typeof value === 'string') return this.#text(value, key);
    if (Array.isArray(value)) {
      const items = value.map((item) => this.mask(item, key));
      return items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    }
    if (key === 'standard_attr_id') return '<number>';
    if (typeof value !== 'object' || value === null) return value;
    const item = value as Item;
    const ofTunnel = item['provider:network_type'] === 'vxlan';
    return Object.fromEntries(
      Object.entries(item)
        .toSorted()
        .map(([name, inner]) =>
          name === 'host' && 'agent_type' in item
            ? [name, '<host>']
            : name === 'provider:segmentation_id' && ofTunnel
              ? [name, inner === null ? null : '<vni>']
              : [this.#text(name, ''), this.mask(inner, name)],
        ),
    );
  }

  #text(text: string, key: string): string {
    if (['created_at', 'updated_at', 'timestamp'].includes(key))
      return text.startsWith(past) ? 'past' : 'now';
    if (key === 'heartbeat_timestamp' || key === 'started_at') return '<time>';
    return text
      .replaceAll(uuid, (id) => this.of(id))
      .replaceAll(/req-<id>/g, '<request>')
      .replaceAll(mac, '<mac>')
      .replaceAll(chosen, '<address>')
      .replace(/(?<=ports still attached: ).*$/, (ports) => ports.split(', ').sort().join(', '));
  }
}
