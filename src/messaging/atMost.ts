import type { Endpoint } from './transport.ts';

type Method = Endpoint['methods'][string];

/**
 * The same endpoints, of whose methods at most `limit` run at a time, all of them together; those that come meanwhile
 * wait for their turn, in order.
 */
export function atMost(limit: number, endpoints: readonly Endpoint[]): Endpoint[] {
  const waiting: (() => void)[] = [];
  let running = 0;
  const inTurn =
    (method: Method): Method =>
    async (context, args) => {
      if (running < limit) running += 1;
      else await new Promise<void>((turn) => waiting.push(turn));
      try {
        return await method(context, args);
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    };
  return endpoints.map((endpoint) => ({
    ...endpoint,
    methods: Object.fromEntries(
      Object.entries(endpoint.methods).map(([name, method]) => [name, inTurn(method)]),
    ),
  }));
}
