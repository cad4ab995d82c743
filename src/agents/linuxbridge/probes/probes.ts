import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { listNamespaces, namespaceExists } from '../../../linux/netns.ts';
import type { Log } from '../../../log/log.ts';
import { probeNamespace, probePortOf, tapName } from '../../../net/names.ts';
import type { Probe, Probed, ProbePort } from '../../../rpc/probes.ts';
import { runners } from './kinds.ts';
import { deviceOf, inspect, make, remove } from './namespace.ts';

const WIRED_SECONDS = 10;

export interface ProbesOptions {
  readonly log: Log;
  /** Which of these devices belong to a port of this host, says the server. */
  known(devices: readonly string[]): Promise<ReadonlySet<string>>;
  /** Wires and filters a device now, as any port's; resolves with why that cannot be done. */
  wire(device: string): Promise<string | undefined>;
}

interface Plugged {
  readonly port: ProbePort;
  /** Why the port is not wired, once that is known. */
  readonly trouble: Promise<string | undefined>;
}

/** The probe ports of this host. Each has a namespace of its own; it is made and removed in turn. */
export class Probes {
  readonly #options: ProbesOptions;
  readonly #plugged = new Map<string, Plugged>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: ProbesOptions) {
    this.#options = options;
  }

  /** Makes the port's namespace and device, and has it wired. */
  plug = (port: ProbePort): Promise<void> =>
    this.#inTurn(port.id, async () => {
      const before = this.#plugged.get(port.id)?.port;
      if (isDeepStrictEqual(before, port) && namespaceExists(probeNamespace(port.id))) return;
      await make(port);
      this.#plugged.set(port.id, { port, trouble: this.#options.wire(tapName(port.id)) });
    });

  /** Sends a probe from a port that is plugged, as soon as it is wired. */
  async run(portId: string, probe: Probe): Promise<Probed> {
    const plugged = this.#plugged.get(portId);
    if (!plugged) return notChecked('the port is not plugged');
    const late = sleep(WIRED_SECONDS * 1000, `the agent takes longer than ${WIRED_SECONDS} s`, {
      ref: false,
    });
    const trouble = await Promise.race([plugged.trouble, late]);
    if (trouble !== undefined)
      return { ...notChecked(`the port is not wired: ${trouble}`), measured: { wired: false } };
    const place = { netns: probeNamespace(portId), device: deviceOf(portId) };
    return runners[probe.kind](place, probe as never);
  }

  unplug = (portId: string): Promise<void> =>
    this.#inTurn(portId, async () => {
      this.#plugged.delete(portId);
      await remove(portId);
    });

  /** Removes probes whose time is over or whose port is gone, and what is left of those that were never finished. */
  async sweep(): Promise<void> {
    const ids = listNamespaces().flatMap((netns) => probePortOf(netns) ?? []);
    if (ids.length === 0) return;
    const known = await this.#options.known(ids.map(tapName));
    for (const id of ids) {
      await this.#inTurn(id, async () => {
        const { state, until } = await inspect(id);
        const over = state === 'ours' && (until < Date.now() || !known.has(tapName(id)));
        if (!over && state !== 'empty') return;
        this.#plugged.delete(id);
        await remove(id);
        this.#options.log.info(`The probe of port ${id} is removed: its time is over or its port is gone`);
      });
    }
  }

  async #inTurn<T>(portId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(portId) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(portId, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(portId) === turn) this.#turns.delete(portId);
    }
  }
}

const notChecked = (why: string): Probed => ({ result: 'not checked', evidence: [why], measured: {} });
