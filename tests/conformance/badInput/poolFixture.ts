import type { TestApi } from '../api.ts';
import { make } from '../guideState.ts';

/** Subnet pools, address scopes and what was made of them, for wrong requests. */
export async function makePools(api: TestApi): Promise<Record<string, string>> {
  const scopeOf = (body: object, user: 'admin' | 'demo' = 'admin') =>
    make(api, 'address-scopes', { address_scope: { ip_version: 4, ...body } }, user);
  const poolOf = (body: object, user: 'admin' | 'demo' = 'admin') =>
    make(api, 'subnetpools', { subnetpool: { name: 'p', ...body } }, user);
  const scope = await scopeOf({});
  const scope6 = await scopeOf({ ip_version: 6 });
  const sharedScope = await scopeOf({ shared: true });
  const demoScope = await scopeOf({}, 'demo');
  const defaultPool = await poolOf({
    prefixes: ['10.10.0.0/15', '10.12.0.0/24'],
    default_prefixlen: 24,
    is_default: true,
  });
  const pool6 = await poolOf({ prefixes: ['fd00:1::/48'], is_default: true });
  const sharedPool = await poolOf({ prefixes: ['10.60.0.0/24'], shared: true });
  const demoPool = await poolOf({ prefixes: ['10.50.0.0/16'] }, 'demo');
  const pool = await poolOf({
    prefixes: ['10.90.0.0/16'],
    default_prefixlen: 24,
    address_scope_id: scope.id,
  });
  const inShared = { prefixes: ['10.91.0.0/16'], address_scope_id: sharedScope.id };
  const scopedDemoPool = await poolOf(inShared, 'demo');
  const otherPool = await poolOf({ prefixes: ['10.98.0.0/16'] });
  const pooledNet = await make(api, 'networks', { network: {} });
  const common = { network_id: pooledNet.id, ip_version: 4, subnetpool_id: pool.id };
  await make(api, 'subnets', { subnet: common });
  const pooledSubnet = await make(api, 'subnets', { subnet: { ...common, cidr: '10.90.77.0/24' } });
  await make(api, 'subnets', { subnet: { network_id: pooledNet.id, ip_version: 6, cidr: 'fd00:77::/64' } });
  const made = {
    scope,
    scope6,
    sharedScope,
    demoScope,
    defaultPool,
    pool6,
    sharedPool,
    demoPool,
    pool,
    scopedDemoPool,
    otherPool,
    pooledNet,
    pooledSubnet,
  };
  return Object.fromEntries(Object.entries(made).map(([name, { id }]) => [name, id!]));
}
