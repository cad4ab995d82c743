import type { RunningHost } from '../host.ts';
import type { LabHost, Topology } from '../topology.ts';

/** A daemon of a host; its output goes to /var/log/neutron/NAME.out there. */
export interface LabProcess {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Resolves once it serves; rejects with what is wrong. */
  readonly ready?: (host: RunningHost) => Promise<void>;
}

/** What one host gets: files, commands to run once before its daemons, daemons in their order of start. */
export interface HostPlan {
  readonly files: Readonly<Record<string, string>>;
  readonly processes: readonly LabProcess[];
}

/** A way to deploy Neutron on a topology: which files, which daemons, how a client is told where the server is. */
export interface Deployment {
  readonly name: string;
  /** Database, broker, identity on the control host, if they are servers of their own. */
  readonly services?: (control: RunningHost) => Promise<void>;
  plan(topology: Topology, host: LabHost): HostPlan;
  /** Runs on the control host after its files are written, before its daemons. */
  readonly prepare: readonly (readonly string[])[];
  /** Files that `prepare` made on the control host and that every other host of Neutron's needs too. */
  readonly shared?: readonly string[];
  /** Environment of the operator's shell on the control host. */
  readonly clientEnv: Readonly<Record<string, string>>;
}
