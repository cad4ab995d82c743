import type { CallOptions, Json, RpcContext, Target, Transport } from '../../src/messaging/transport.ts';
import { percentile } from '../report/figures.ts';

/** Milliseconds that calls took, by method, and what went wrong; for one phase of a run. */
export class Calls {
  readonly #latencies = new Map<string, number[]>();
  readonly #failures = new Map<string, number>();
  readonly #began = performance.now();

  answered(method: string, milliseconds: number): void {
    const known = this.#latencies.get(method);
    if (known) known.push(milliseconds);
    else this.#latencies.set(method, [milliseconds]);
  }

  failed(method: string, error: unknown): void {
    const what = `${method}: ${error instanceof Error ? error.name : String(error)}`;
    this.#failures.set(what, (this.#failures.get(what) ?? 0) + 1);
  }

  get total(): number {
    return [...this.#latencies.values()].reduce((sum, list) => sum + list.length, 0);
  }

  get perSecond(): number {
    return this.total / ((performance.now() - this.#began) / 1000);
  }

  /** How many calls, and their latency in milliseconds, by method. */
  summary(): Record<string, { count: number; p50: number; p95: number; max: number }> {
    const entries = [...this.#latencies].map(([method, list]) => {
      const at = (share: number) => Math.round(percentile(list, share) * 10) / 10;
      return [method, { count: list.length, p50: at(0.5), p95: at(0.95), max: at(1) }] as const;
    });
    return Object.fromEntries(entries);
  }

  failures(): Record<string, number> {
    return Object.fromEntries(this.#failures);
  }
}

/** A transport whose calls are timed from the request to its answer; `current` says for which phase. */
export const timed = (transport: Transport, current: () => Calls): Transport => ({
  async call(
    target: Target,
    method: string,
    args: { [key: string]: Json },
    context: RpcContext,
    options?: CallOptions,
  ) {
    const [calls, began] = [current(), performance.now()];
    try {
      const answer = await transport.call(target, method, args, context, options);
      calls.answered(method, performance.now() - began);
      return answer;
    } catch (error) {
      calls.failed(method, error);
      throw error;
    }
  },
  cast: (target, method, args, context) => transport.cast(target, method, args, context),
  listen: (topic, server, endpoints) => transport.listen(topic, server, endpoints),
  on: (event, handler) => transport.on(event, handler),
  close: () => transport.close(),
});
