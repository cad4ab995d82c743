import { configOf } from '../../src/config/load.ts';
import { silentLog } from '../../src/log/silent.ts';
import { type RabbitSettings, rabbitDefaults } from '../../src/messaging/rabbit/settings.ts';
import { RabbitTransport } from '../../src/messaging/rabbit/transport.ts';
import { SimulatedAgent } from './agent.ts';
import { Calls, timed } from './calls.ts';

export const hostName = (index: number): string => `compute${String(index).padStart(4, '0')}`;

/** Each host's address in the underlay; nothing is ever sent there. */
const tunnelAddress = (index: number): string =>
  `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

/** Agents that start at a time: as many as a broker takes in one go without refusing connections. */
const STARTING = 50;

/** Simulated agents, each with a connection of its own to the broker. */
export class Fleet {
  readonly agents: readonly SimulatedAgent[];
  /** Messages that came since the phase began, of all agents together, by method. */
  received = new Map<string, number>();
  calls = new Calls();

  /** @param broker how to reach RabbitMQ */
  constructor(hosts: number, broker: Pick<RabbitSettings, 'hosts' | 'username' | 'password'>) {
    const config = configOf('');
    const settings = { ...rabbitDefaults, ...broker, connectionName: 'sim' };
    this.agents = Array.from({ length: hosts }, (_, index) => {
      const transport = timed(new RabbitTransport(settings, silentLog), () => this.calls);
      const place = { config, transport, host: hostName(index), tunnelAddress: tunnelAddress(index + 1) };
      return new SimulatedAgent({ ...place, received: (method) => this.#count(method) });
    });
  }

  /** Forgets what was counted until now, and begins to count for another phase. */
  beginPhase(): void {
    this.received = new Map();
    this.calls = new Calls();
  }

  async start(): Promise<void> {
    for (let at = 0; at < this.agents.length; at += STARTING)
      await Promise.all(this.agents.slice(at, at + STARTING).map((agent) => agent.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.stop()));
  }

  #count(method: string): void {
    this.received.set(method, (this.received.get(method) ?? 0) + 1);
  }
}
