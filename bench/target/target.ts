import type { Connection } from 'mysql2/promise';
import type { Lab } from '../../src/lab/lab.ts';
import type { Transport } from '../../src/messaging/transport.ts';
import type { Side } from '../side.ts';
import type { Api } from './api.ts';

/** A running cloud as a row sees it, from a process in its controller's network namespace. */
export interface Target {
  readonly side: Side;
  /** Hosts `controller`, `compute` and `outside`, to run commands on. */
  readonly lab: Lab;
  /** The administrator, known to Keystone. */
  readonly api: Api;
  /** Id of the administrator's project. */
  readonly project: string;
  readonly database: Connection;
  /** Speaks to the server as an agent does. */
  readonly rpc: Transport;
  /** The daemons whose processor time counts. */
  readonly daemons: readonly string[];
  /** Has this done after the round, or after the last of its setting, also when it fails; what was told last is done first. */
  afterwards(undo: () => Promise<unknown>): void;
  /** What `make` made in an earlier round of the same setting, or makes now. */
  kept<T>(make: () => Promise<T>): Promise<T>;
  /** Removes what an earlier round of the same setting left, and waits until that has come to rest. */
  anew(): Promise<void>;
}
