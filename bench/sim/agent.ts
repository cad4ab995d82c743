import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '../../src/agents/linuxbridge/server.ts';
import { type RunningAgent, startAgent } from '../../src/agents/runtime/agent.ts';
import type { Config } from '../../src/config/option.ts';
import { silentLog } from '../../src/log/silent.ts';
import type { Endpoint, Transport } from '../../src/messaging/transport.ts';
import { tapName } from '../../src/net/names.ts';
import { adminContext } from '../../src/rpc/context.ts';
import type { RpcInterface } from '../../src/rpc/interface.ts';
import {
  bindingActivate,
  bindingDeactivate,
  networkDelete,
  networkUpdate,
  portUpdate,
  securityGroupUpdate,
} from '../../src/rpc/l2agent.ts';
import { l2population } from '../../src/rpc/l2population.ts';

/** What a simulated agent is given. */
export interface Place {
  readonly config: Config;
  readonly transport: Transport;
  readonly host: string;
  readonly tunnelAddress: string;
  /** A message of that method has come. */
  received(method: string): void;
}

/** As the real agent first waits when work has failed. */
const RETRY_MILLISECONDS = 1000;

type Method = Endpoint['methods'][string];

const INTERFACES: readonly RpcInterface<object>[] = [
  portUpdate,
  networkUpdate,
  networkDelete,
  bindingActivate,
  bindingDeactivate,
  l2population,
];

/**
 * A Linux bridge agent of ours without a kernel: it listens, reports and asks by the very code of the real one, through
 * a connection of its own. It wires at once what it is told to plug, and asks for filters when a group of its ports changes.
 */
export class SimulatedAgent {
  readonly #place: Place;
  readonly #server: Server;
  #running: RunningAgent | undefined;
  #devices: readonly string[] = [];
  #groups: ReadonlySet<string> = new Set();
  #filtering: Promise<void> | undefined;
  #again = false;
  /** When the filters were last asked for and answered, by performance.now(). */
  filteredAt = 0;

  constructor(place: Place) {
    this.#place = place;
    const agentId = `lb${place.host.replace(/\D/g, '').padStart(12, '0')}`;
    this.#server = new Server(place.transport, () => adminContext(), agentId, place.host);
  }

  /** Connects; resolves when the server knows the agent. */
  async start(): Promise<void> {
    const { config, transport, host, tunnelAddress } = this.#place;
    await new Promise<void>((known, failed) => {
      startAgent(
        { config, log: silentLog, transport, host, newContext: () => adminContext() },
        {
          facts: { binary: 'neutron-linuxbridge-agent', agentType: 'Linux bridge agent', topic: 'N/A' },
          listens: this.#listens(),
          configurations: () => ({
            bridge_mappings: {},
            interface_mappings: {},
            tunneling_ip: tunnelAddress,
            tunnel_types: ['vxlan'],
            l2_population: true,
            devices: this.#devices.length,
          }),
          resync: () => {
            known();
            // A failed call is counted where it was made; the real agent would try again.
            void this.#wire().catch(() => undefined);
          },
        },
        { intervalSeconds: 30, logged: false },
      ).then((running) => {
        this.#running = running;
      }, failed);
    });
  }

  /** Taps of these ports appear; resolves when the server has recorded all as wired. What fails is tried again. */
  async plug(portIds: readonly string[]): Promise<void> {
    this.#devices = portIds.map(tapName);
    for (;;)
      try {
        return await this.#wire();
      } catch {
        await sleep(RETRY_MILLISECONDS);
      }
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    if (!this.#running) await this.#place.transport.close();
  }

  async #wire(): Promise<void> {
    if (this.#devices.length === 0) return;
    const details = await this.#server.details(this.#devices);
    await this.#filter();
    const up = [...details.keys()];
    const firsts = new Map([...details].map(([device, { network_id }]) => [network_id, device]));
    await this.#server.report({ up, down: [], tablesFor: [...firsts.values()] });
  }

  async #filter(): Promise<void> {
    const { security_groups } = await this.#server.filters(this.#devices);
    this.#groups = new Set(Object.keys(security_groups));
    this.filteredAt = performance.now();
  }

  /** One question at a time; what comes meanwhile is asked once more. */
  #refilter(): void {
    if (this.#filtering) {
      this.#again = true;
      return;
    }
    this.#again = false;
    this.#filtering = this.#filter()
      .catch(() => undefined)
      .finally(() => {
        this.#filtering = undefined;
        if (this.#again) this.#refilter();
      });
  }

  #listens(): { topic: string; endpoints: readonly Endpoint[] }[] {
    const counting = ({ topic, version, methods }: RpcInterface<object>) => ({
      topic,
      endpoints: [
        {
          version,
          methods: Object.fromEntries(
            Object.keys(methods).map((method): [string, Method] => [
              method,
              async () => {
                this.#place.received(method);
                return null;
              },
            ]),
          ),
        },
      ],
    });
    const changed =
      (method: string): Method =>
      async (_context, { security_groups }) => {
        this.#place.received(method);
        if ((security_groups as string[]).some((id) => this.#groups.has(id))) this.#refilter();
        return null;
      };
    const methods = Object.fromEntries(
      Object.keys(securityGroupUpdate.methods).map((method) => [method, changed(method)]),
    );
    const { topic, version } = securityGroupUpdate;
    return [...INTERFACES.map(counting), { topic, endpoints: [{ version, methods }] }];
  }
}
