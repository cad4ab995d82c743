import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What collect.ts keeps of the recordings of a real Neutron 21.0. */

export const folder = join(import.meta.dirname, 'recorded');

type Dict = Readonly<Record<string, unknown>>;

/** One message, and its answer when it was a call. */
export interface Recorded {
  readonly name: string;
  readonly method: string;
  readonly kind: 'call' | 'cast';
  readonly topic: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly version: string;
  /** Absent where only a failure was recorded. */
  readonly args?: Dict;
  readonly result?: unknown;
  readonly failure?: Dict;
  /** Keys of the body, the context's left out, in their order. */
  readonly keys?: readonly string[];
  readonly replyKeys?: readonly string[];
  readonly properties?: Dict;
  readonly replyProperties?: Dict;
}

/** The context of an agent's own work, and the one of a user's request, as _context_ keys. */
export type Contexts = Readonly<Record<string, Dict>>;

/** A method of Neutron's RPC. */
export interface MethodFacts {
  readonly name: string;
  /** Who serves it. */
  readonly side: 'server' | 'agent';
  readonly topic: string;
  readonly namespace?: string;
  /** The one that callers ask for. */
  readonly version: string;
  readonly kind: string;
  readonly args: readonly string[];
  /** Who calls it, or which agent serves it. */
  readonly who: string;
}

export interface Exchange {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
}

export interface WireFacts {
  readonly exchanges: readonly Exchange[];
  /** Topics by who listens on them. */
  readonly consumed: Readonly<Record<string, readonly string[]>>;
  readonly format: Dict;
  readonly priorities: Dict;
}

const text = (name: string) => readFileSync(join(folder, name), 'utf8');
const lines = <Row>(name: string): Row[] =>
  text(name)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);

/** The guide's cloud. */
export const peer = (): Recorded[] => lines('peer.jsonl');
/** A cloud with more plugins: QoS, port forwardings, DNS, HA routers, … */
export const reference = (): Recorded[] => lines('reference.jsonl');
export const contexts = (): Contexts => JSON.parse(text('contexts.json')) as Contexts;
export const methods = (): MethodFacts[] => lines('methods.jsonl');
export const wire = (): WireFacts => JSON.parse(text('wire.json')) as WireFacts;
