import { bridge, ip } from '../../linux/batch.ts';
import { type Difference, differencesOf } from '../../linux/difference.ts';
import { listFdb, listNeighbours } from '../../linux/fdb.ts';
import type { Log } from '../../log/log.ts';
import { bridgeName } from '../../net/names.ts';
import type { Forwarding } from './forwarding.ts';
import type { Settings } from './settings.ts';
import { observeHost } from './wiring/host.ts';
import { planRemoval } from './wiring/plan.ts';

/** How the kernel's tables of one network differ from what the server told. */
export interface TableComparison {
  readonly id: string;
  readonly size: { readonly fdb: number; readonly neighbours: number };
  readonly fdb: readonly Difference[];
  /** Undefined when this host answers no ARP. */
  readonly neighbours: readonly Difference[] | undefined;
}

/** Forwarding tables of the networks that this host carries, and the removal of those that were deleted. */
export class Networks {
  readonly #settings: Settings;
  readonly #forwarding: Forwarding | undefined;
  readonly #log: Log;
  /** Whether devices are being wired, perhaps by what the server said before it deleted their network. */
  readonly #wiring: () => boolean;
  readonly #deleted = new Set<string>();
  /** Networks whose table was told whole, so that what it does not name may go. */
  readonly #sweep = new Set<string>();

  constructor(settings: Settings, forwarding: Forwarding | undefined, log: Log, wiring: () => boolean) {
    this.#settings = settings;
    this.#forwarding = forwarding;
    this.#log = log;
    this.#wiring = wiring;
  }

  /** The server deleted a network. */
  delete(networkId: string): void {
    this.#deleted.add(networkId);
  }

  /** Networks that may still have, or get, something on this host. */
  get deleted(): readonly string[] {
    return [...this.#deleted];
  }

  maySweep(networkId: string, may: boolean): void {
    if (may) this.#sweep.add(networkId);
    else this.#sweep.delete(networkId);
  }

  sweeps(networkId: string): boolean {
    return this.#sweep.has(networkId);
  }

  async work(ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const failed = new Map<string, unknown>();
    await this.#removeDeleted(ids, failed);
    if (this.#forwarding) await this.#forward(this.#forwarding, ids, failed);
    return failed;
  }

  /** What `work` on these networks would put right in their forwarding tables. Only reads. */
  async compare(ids: readonly string[]): Promise<readonly TableComparison[]> {
    const forwarding = this.#forwarding;
    if (!forwarding || ids.length === 0) return [];
    const [fdb, neighbours] = await Promise.all([
      listFdb(),
      this.#settings.vxlan?.arpResponder ? listNeighbours() : undefined,
    ]);
    return ids.map((id) => {
      const sweep = this.#sweep.has(id);
      return {
        id,
        size: forwarding.size(id),
        fdb: differencesOf(forwarding.plan(id, fdb, sweep)),
        neighbours: neighbours ? differencesOf(forwarding.planNeighbours(id, neighbours, sweep)) : undefined,
      };
    });
  }

  async #removeDeleted(ids: readonly string[], failed: Map<string, unknown>): Promise<void> {
    for (const id of ids.filter((one) => this.#deleted.has(one))) {
      const final = !this.#wiring();
      const host = await observeHost();
      const name = bridgeName(id);
      const lines = planRemoval(host, name, this.#settings);
      try {
        await ip(lines);
        if (lines.length > 0) this.#log.info(`Network ${id} was deleted: its bridge ${name} is removed`);
        if (lines.length > 0 || !host.links.has(name)) {
          this.#forwarding?.forget(id);
          if (final) this.#deleted.delete(id);
        }
      } catch (error) {
        failed.set(id, error);
      }
    }
  }

  async #forward(
    forwarding: Forwarding,
    ids: readonly string[],
    failed: Map<string, unknown>,
  ): Promise<void> {
    const fdb = await listFdb();
    const neighbours = this.#settings.vxlan?.arpResponder ? await listNeighbours() : undefined;
    const owner = new Map<string, string>();
    const collect = (id: string, lines: readonly string[]) => {
      for (const line of lines) owner.set(line, id);
      return lines;
    };
    const bridgeLines = ids.flatMap((id) => collect(id, forwarding.plan(id, fdb, this.#sweep.has(id))));
    const ipLines = neighbours
      ? ids.flatMap((id) => collect(id, forwarding.planNeighbours(id, neighbours, this.#sweep.has(id))))
      : [];
    const failures = [
      ...(await bridge(bridgeLines, { force: true })),
      ...(await ip(ipLines, { force: true })),
    ];
    for (const { line, error } of failures) failed.set(owner.get(line) ?? '', new Error(`${line}: ${error}`));
  }
}
