import type { Finding } from '../../../health/finding.ts';
import type { OutboxMessage } from '../../notify/outbox.ts';
import type { ReportingAgent } from '../../services/agents/reporting.ts';
import type { StoredSegment } from '../../services/networks/rows.ts';
import type { Item, Tx } from '../../services/service.ts';

/** A port to bind: what drivers decide by. */
export interface BindingRequest {
  readonly portId: string;
  readonly networkId: string;
  readonly host: string;
  readonly vnicType: string;
  readonly segments: readonly StoredSegment[];
  /** Agents of the host, of every type. */
  readonly agents: readonly ReportingAgent[];
  /** Names of all hosts of which an agent has reported. */
  readonly knownHosts: readonly string[];
}

/** Why a driver does not bind a port to a segment. */
export interface Refusal {
  readonly driver: string;
  /** Absent when the reason holds for every segment. */
  readonly segment?: StoredSegment;
  readonly finding: Finding;
}

export interface Bound {
  readonly driver: string;
  readonly segment: StoredSegment;
  readonly vifType: string;
  readonly vifDetails: Item;
}

export type BindingOutcome = { readonly bound: Bound } | { readonly refusals: readonly Refusal[] };

/** A port's wiring changed: what a driver may have to tell the agents. */
export interface WiredPort {
  readonly port: Item;
  readonly segment: StoredSegment;
  readonly host: string;
}

/** A port that is ACTIVE now; `refresh` asks for its host's whole table of the network again. */
export interface ArrivingPort extends WiredPort {
  readonly refresh: boolean;
}

export type Send = (message: Omit<OutboxMessage, 'context'>) => void;

/**
 * An ML2 mechanism driver. `bind` decides and touches nothing. The others run in the transaction that changes the
 * port (ML2's precommit) and add messages that leave after its commit (postcommit); they must not block.
 */
export interface MechanismDriver {
  readonly name: string;
  /** The agent type that reports when a port is wired. */
  readonly agentType?: string;
  readonly vnicTypes?: readonly string[];
  bind?(request: BindingRequest): BindingOutcome;
  /** The ports are ACTIVE on their hosts. */
  portsUp?(tx: Tx, ports: readonly ArrivingPort[], send: Send): Promise<void>;
  /** The ports are no longer ACTIVE on their hosts, or are about to be deleted. */
  portsDown?(tx: Tx, ports: readonly WiredPort[], send: Send): Promise<void>;
  /** Addresses of an ACTIVE port changed. */
  portMoved?(tx: Tx, before: Item, wired: WiredPort, send: Send): Promise<void>;
}
