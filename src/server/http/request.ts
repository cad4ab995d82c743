import type { ApiContext } from './context.ts';

/** A request as handlers see it: authenticated, its path taken apart. */
export interface ApiRequest {
  readonly method: string;
  /** What follows the resource's own segment: `[id]`, `[id, action]`, … */
  readonly rest: readonly string[];
  readonly params: URLSearchParams;
  /** Scheme, host and port, for links. */
  readonly origin: string;
  /** Path without the query, for links. */
  readonly path: string;
  /** The body's text; empty when there is none. */
  readonly body: string;
  readonly accept: string;
  readonly context: ApiContext;
}
