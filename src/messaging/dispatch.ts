import type { Request } from './envelope.ts';
import { DispatchError } from './errors.ts';
import type { Endpoint, Json } from './transport.ts';

const parse = (version: string) => version.split('.').map(Number) as [number, number | undefined];

/** An endpoint serves the same major version up to its own minor. */
export function versionIsCompatible(offered: string, requested: string): boolean {
  const [offeredMajor, offeredMinor = 0] = parse(offered);
  const [major, minor = 0] = parse(requested);
  return offeredMajor === major && minor <= offeredMinor;
}

/**
 * Runs the first endpoint with the request's namespace, a compatible version and the method. Rejects with
 * NoSuchMethod when a compatible endpoint lacks the method, UnsupportedVersion when none is compatible, or whatever
 * the method rejects with.
 */
export async function dispatch(endpoints: readonly Endpoint[], request: Request): Promise<Json> {
  const compatible = endpoints.filter(
    (endpoint) =>
      endpoint.namespace === request.namespace && versionIsCompatible(endpoint.version, request.version),
  );
  for (const { methods } of compatible) {
    const method = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
    if (method) return (await method(request.context, request.args)) ?? null;
  }
  if (compatible.length > 0)
    throw new DispatchError('NoSuchMethod', `Endpoint does not support RPC method ${request.method}`);
  throw new DispatchError(
    'UnsupportedVersion',
    `Endpoint does not support RPC version ${request.version}. Attempted method: ${request.method}`,
  );
}
