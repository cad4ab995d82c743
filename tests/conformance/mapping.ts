const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const mac = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;
const address = /^(\d+\.){3}\d+$|^[0-9a-f]*:[0-9a-f:]*:[0-9a-f:]*$/;

/** Values that are made anew in every run, and so say nothing: only their kind is compared. */
const volatile = new Set([
  'configurations',
  'created_at',
  'heartbeat_timestamp',
  'href',
  'provider:segmentation_id',
  'resources_synced',
  'revision_number',
  'standard_attr_id',
  'started_at',
  'updated_at',
]);

/** Which of our ids, MACs and addresses stands for which recorded one. */
export class Mapping {
  readonly #ours = new Map<string, string>();

  bind(recorded: string, ours: string): void {
    this.#ours.set(recorded, ours);
  }

  /** A recorded text or body with everything known replaced by ours. */
  translate<T>(recorded: T): T {
    const text = JSON.stringify(recorded);
    if (text === undefined) return recorded;
    const translated = text.replace(
      /[0-9a-f][0-9a-f:.-]{5,}[0-9a-f]/g,
      (found) => this.#ours.get(found) ?? found,
    );
    return JSON.parse(translated) as T;
  }

  /**
   * Compares a recorded answer with ours and binds what is new in it. Returns the differences, each with its path.
   */
  compare(recorded: unknown, ours: unknown, path = ''): string[] {
    if (typeof recorded === 'string' && typeof ours === 'string') return this.#text(recorded, ours, path);
    if (Array.isArray(recorded) && Array.isArray(ours)) return this.#list(recorded, ours, path);
    if (typeof recorded === 'object' && recorded !== null && typeof ours === 'object' && ours !== null) {
      return this.#object(recorded as Record<string, unknown>, ours as Record<string, unknown>, path);
    }
    return Object.is(recorded, ours)
      ? []
      : [`${path}: ${JSON.stringify(recorded)} is ${JSON.stringify(ours)}`];
  }

  #text(recorded: string, ours: string, path: string): string[] {
    const kind = [uuid, mac, address].find((form) => form.test(recorded));
    if (kind && !this.#ours.has(recorded) && kind.test(ours)) this.bind(recorded, ours);
    const expected = this.translate(recorded);
    return expected === ours ? [] : [`${path}: '${expected}' is '${ours}'`];
  }

  /** Lists are sets: every recorded item must have an equal one among ours. */
  #list(recorded: readonly unknown[], ours: readonly unknown[], path: string): string[] {
    if (recorded.length !== ours.length) return [`${path}: ${recorded.length} items are ${ours.length}`];
    const left = [...ours];
    return recorded.flatMap((item, index) => {
      const position = left.findIndex((candidate) => this.#equal(item, candidate));
      const [found] = left.splice(Math.max(position, 0), 1);
      return this.compare(item, found, `${path}[${index}]`);
    });
  }

  /** Whether two values can be the same; binds nothing. */
  #equal(recorded: unknown, ours: unknown): boolean {
    const before = [...this.#ours];
    const differences = this.compare(recorded, ours);
    this.#ours.clear();
    for (const [key, value] of before) this.#ours.set(key, value);
    return differences.length === 0;
  }

  #object(recorded: Record<string, unknown>, ours: Record<string, unknown>, path: string): string[] {
    const missing = Object.keys(recorded).filter((key) => !(key in ours));
    const extra = Object.keys(ours).filter((key) => !(key in recorded));
    return [
      ...missing.map((key) => `${path}.${key}: missing`),
      ...extra.map((key) => `${path}.${key}: not in Neutron's answer`),
      ...Object.keys(recorded)
        .filter((key) => key in ours)
        .flatMap((key) =>
          volatile.has(key) ? [] : this.compare(recorded[key], ours[key], `${path}.${key}`),
        ),
    ];
  }
}
