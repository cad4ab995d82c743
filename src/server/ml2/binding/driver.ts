import type { AgentRow } from '../../services/agents/agent.ts';
import type { Segment } from '../types/driver.ts';

/** A segment of a network, as stored. */
export interface StoredSegment extends Segment {
  readonly id: string;
}

/** What is known when a port is to be bound: its wishes, its network's segments, the agents of its host. */
export interface BindingQuestion {
  readonly portId: string;
  readonly host: string;
  readonly vnicType: string;
  readonly segments: readonly StoredSegment[];
  readonly agents: readonly AgentRow[];
  /** Seconds without a heartbeat after which an agent counts as dead. */
  readonly agentDownTime: number;
}

/** Why a driver did not bind a segment, and the command or setting that changes it. */
export interface Refusal {
  readonly driver: string;
  /** Null when the reason does not depend on the segment. */
  readonly segment: StoredSegment | null;
  readonly reason: string;
  readonly fix: string;
}

/** How a port is connected on its host. */
export interface Bound {
  readonly driver: string;
  readonly segment: StoredSegment;
  readonly vifType: string;
  readonly vifDetails: { readonly [key: string]: boolean | string };
}

/** A mechanism driver's part in binding. Pure: it answers from what it is given. */
export interface BindingDriver {
  readonly name: string;
  bind(question: BindingQuestion): Bound | readonly Refusal[];
}
