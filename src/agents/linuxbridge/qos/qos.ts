import { tc } from '../../../linux/batch.ts';
import { type Difference, differencesOf } from '../../../linux/difference.ts';
import { applyFamilies, IptablesManager } from '../../../linux/iptables/index.ts';
import { run } from '../../../linux/process.ts';
import { listQdiscs } from '../../../linux/qdiscs.ts';
import type { Log } from '../../../log/log.ts';
import type { DeviceDetails } from '../../../rpc/l2plugin.ts';
import type { VersionedObject } from '../../../rpc/resources.ts';
import { DeviceOrder } from '../deviceOrder.ts';
import { WRAP } from '../firewall/portChains.ts';
import { markTables, planDevice, type Tuning } from './plan.ts';
import { type Limit, policyOf, type Wish, wishOf } from './wishes.ts';

export interface QosOptions {
  readonly tuning: Tuning;
  readonly log: Log;
  /** Asks the server for a policy; null when it is gone. */
  pull(policyId: string): Promise<VersionedObject | null>;
}

/** How limits and marks of ports differ from what was applied, by device; marks are of the host. */
export interface QosComparison {
  readonly limits: readonly { readonly device: string; readonly differences: readonly Difference[] }[];
  readonly marks: readonly Difference[];
}

/** A rule that leads what a device sends to its mark. */
const MARKED = /--physdev-in (\S+) --physdev-is-bridged -j \S+-qos-o/;

/** The agent's extension qos: limits by tc on the taps, and marks by iptables. */
export class Qos {
  readonly #options: QosOptions;
  /** By id; null for one that the server has no more. */
  readonly #policies = new Map<string, VersionedObject | null>();
  /** Those that may have changed unheard; until they are asked for anew they count as they were. */
  readonly #doubtful = new Set<string>();
  /** Those that are being asked for, and were not pushed since. */
  readonly #pulling = new Set<string>();
  readonly #devices = new Map<string, DeviceDetails>();
  /** What was written to limit what devices receive, which cannot be read back. */
  readonly #policed = new Map<string, Limit>();
  /** Lines that this host's kernel refused. */
  readonly #refused = new Set<string>();
  readonly #order = new DeviceOrder(MARKED);
  #recovered = false;
  readonly #managers = ([4, 6] as const).map((family) => ({
    family,
    manager: new IptablesManager({ wrap: WRAP, family }),
  }));

  constructor(options: QosOptions) {
    this.#options = options;
  }

  /** Policies may have changed unheard: they are to be asked for anew. */
  doubtPolicies(): void {
    for (const id of this.#policies.keys()) this.#doubtful.add(id);
  }

  /** A policy as the server pushed it; returns the devices that it concerns. */
  learn(policy: VersionedObject): readonly string[] {
    const id = policy['versioned_object.data'].id as string;
    const pulled = this.#pulling.delete(id);
    if (!pulled && !this.#policies.has(id)) return [];
    this.#policies.set(id, policy);
    this.#doubtful.delete(id);
    return [...this.#devices.values()].filter((one) => policyOf(one) === id).map(({ device }) => device);
  }

  /** Remembers devices as the server described them, and asks for their policies that are not known yet. */
  async update(devices: readonly DeviceDetails[]): Promise<void> {
    for (const one of devices) this.#devices.set(one.device, one);
    const wanted = new Set(devices.flatMap((one) => policyOf(one) ?? []));
    for (const id of wanted) {
      if (this.#policies.has(id) && !this.#doubtful.has(id)) continue;
      this.#doubtful.delete(id);
      this.#pulling.add(id);
      const policy = await this.#options.pull(id).catch((error: unknown) => {
        if (this.#pulling.delete(id)) this.#doubtful.add(id);
        throw error;
      });
      // What was pushed meanwhile is newer than the answer.
      if (!this.#pulling.delete(id)) continue;
      this.#policies.set(id, policy);
      if (!policy) this.#options.log.info(`The QoS policy ${id} is not on the server any more`);
    }
  }

  remove(device: string): void {
    this.#devices.delete(device);
    this.#policed.delete(device);
    for (const line of this.#refused) if (line.includes(` dev ${device} `)) this.#refused.delete(line);
  }

  /** Brings limits of these devices, and all marks, to what is wanted. What the kernel refuses is logged, once. */
  async apply(devices: readonly string[]): Promise<void> {
    const plan = await this.#plan(devices);
    const failures = await tc(
      plan.flatMap(({ lines }) => lines),
      { force: true },
    );
    for (const { line, error } of failures) {
      this.#refused.add(line);
      this.#options.log.error(
        `A QoS rule has no effect on this host, because tc refuses "${line}": ${error}`,
      );
    }
    for (const device of devices) {
      const { egress } = this.#wish(device);
      if (egress) this.#policed.set(device, egress);
      else this.#policed.delete(device);
    }
    await this.#recover();
    await applyFamilies(this.#managers, (family) => markTables(family, this.#marks()));
  }

  /** What `apply` would put right. Only reads. */
  async compare(devices: readonly string[]): Promise<QosComparison> {
    await this.#recover();
    const [plan, ...marks] = await Promise.all([
      this.#plan(devices),
      ...this.#managers.map(({ family, manager }) => manager.compare(markTables(family, this.#marks()))),
    ]);
    const limits = plan.map(({ device, lines }) => ({ device, differences: differencesOf(lines) }));
    return { limits, marks: marks.flat() };
  }

  async #plan(devices: readonly string[]) {
    const have = await listQdiscs();
    const known = devices.filter((device) => this.#devices.has(device));
    return known.map((device) => {
      const wish = this.#wish(device);
      const lines = planDevice(
        device,
        wish,
        this.#options.tuning,
        have.get(device),
        this.#policed.get(device),
      );
      return { device, lines: lines.filter((line) => !this.#refused.has(line)) };
    });
  }

  #wish(device: string): Wish {
    const details = this.#devices.get(device);
    const id = details && policyOf(details);
    return id === undefined ? {} : wishOf(details!, this.#policies.get(id) ?? undefined);
  }

  /** Marks of before a restart stay in their order. */
  async #recover(): Promise<void> {
    if (this.#recovered) return;
    const { stdout } = await run(['iptables-save', '-t', 'mangle']);
    this.#order.recover(stdout.split('\n'));
    this.#recovered = true;
  }

  #marks(): (readonly [string, number])[] {
    return this.#order.sorted([...this.#devices.keys()]).flatMap((device) => {
      const { dscp } = this.#wish(device);
      return dscp === undefined ? [] : [[device, dscp] as const];
    });
  }
}
