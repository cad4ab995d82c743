/** How to reach the hub, which a neutron-server binds. Times are in seconds. */
export interface ZmqSettings {
  readonly host: string;
  readonly port: number;
  /** Directory with CURVE keys, see keys.ts; without it nothing is encrypted, which only loopback may do. */
  readonly keysDirectory?: string;
  readonly responseTimeout: number;
  /** Each side speaks at least this often. */
  readonly heartbeat: number;
  /** Silence after which the other side counts as gone. */
  readonly heartbeatTimeout: number;
  /** How long the hub keeps messages for a listener that is away, or not there yet. */
  readonly keepFor: number;
  /** Messages kept for one listener, and by one sender until the hub has them. */
  readonly limit: number;
}

export const zmqDefaults: ZmqSettings = {
  host: '127.0.0.1',
  port: 9501,
  responseTimeout: 60,
  heartbeat: 2,
  heartbeatTimeout: 10,
  keepFor: 120,
  limit: 10_000,
};
