import assert from 'node:assert/strict';
import { StatementSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { callers, startApi, type TestApi } from './api.ts';
import { make, makeGuideState } from './guideState.ts';

/** How many statements SQLite was given. */
let statements = 0;
for (const method of ['all', 'run'] as const) {
  const original = StatementSync.prototype[method] as (...parameters: unknown[]) => unknown;
  Object.assign(StatementSync.prototype, {
    [method](this: StatementSync, ...parameters: unknown[]) {
      statements += 1;
      return original.apply(this, parameters);
    },
  });
}

let api: TestApi;
let external: string;
let made = 0;

/** One more of everything that has something to do with other things. */
async function makeOne(): Promise<void> {
  const number = ++made;
  const name = `one${number}`;
  const address_scope = { name, ip_version: 4 };
  const { id: address_scope_id } = await make(api, 'address-scopes', { address_scope });
  const subnetpool = { name, address_scope_id, prefixes: [`10.${number}.0.0/16`], default_prefixlen: 24 };
  const { id: subnetpool_id } = await make(api, 'subnetpools', { subnetpool });
  const { id: network_id } = await make(api, 'networks', { network: { name } });
  const subnet = { network_id, subnetpool_id, ip_version: 4 };
  const { id: subnet_id } = await make(api, 'subnets', { subnet });
  const router = { name, ha: true, external_gateway_info: { network_id: external } };
  const { id: router_id } = await make(api, 'routers', { router });
  await api.request('admin', 'PUT', `/v2.0/routers/${router_id}/add_router_interface`, { subnet_id });
  const { id: port_id } = await make(api, 'ports', { port: { network_id, name } });
  await api.request('admin', 'PUT', `/v2.0/ports/${port_id}/tags`, { tags: ['a', 'b'] });
  await make(api, 'floatingips', { floatingip: { floating_network_id: external, port_id } });
  const address_group = { name, addresses: ['10.0.0.0/8'] };
  const { id: remote_address_group_id } = await make(api, 'address-groups', { address_group });
  const { id: security_group_id } = await make(api, 'security-groups', { security_group: { name } });
  const rule = { security_group_id, remote_address_group_id, direction: 'ingress' };
  await make(api, 'security-group-rules', { security_group_rule: rule });
  const policy = { action: 'access_as_shared', target_tenant: callers.demo!.projectId };
  await make(api, 'rbac-policies', {
    rbac_policy: { ...policy, object_type: 'network', object_id: network_id },
  });
  await make(api, 'flavors', { flavor: { name, service_type: 'L3_ROUTER_NAT' } });
}

before(async () => {
  api = await startApi();
  await makeGuideState(api);
  const network = { name: 'outside', 'router:external': true };
  external = (await make(api, 'networks', { network })).id!;
  const subnet = { network_id: external, ip_version: 4, cidr: '203.0.112.0/20' };
  await make(api, 'subnets', { subnet });
  await makeOne();
});
after(() => api.close());

const COLLECTIONS = [
  'networks',
  'subnets',
  'ports',
  'routers',
  'floatingips',
  'security-groups',
  'security-group-rules',
  'subnetpools',
  'address-scopes',
  'address-groups',
  'rbac-policies',
  'flavors',
  'agents',
  'availability_zones',
  'floatingip_pools',
  'network-ip-availabilities',
];

/** Statements that each list takes, by who asks. */
async function counts(): Promise<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const user of ['admin', 'demo']) {
    for (const collection of COLLECTIONS) {
      statements = 0;
      const { status } = await api.request(user, 'GET', `/v2.0/${collection}`);
      assert.equal(status, 200, collection);
      all[`${user}: ${collection}`] = statements;
    }
  }
  statements = 0;
  assert.equal((await api.request('admin', 'GET', '/v2.0/nts-problems')).status, 200);
  all.problems = statements;
  return all;
}

test('every list takes as many queries for many as for one', async () => {
  // The first look at security groups makes the default one.
  await counts();
  const few = await counts();
  assert(Object.values(few).every((count) => count > 0));
  for (let more = 0; more < 6; more += 1) await makeOne();
  assert.deepEqual(await counts(), few);
});

test('ports in bulk take as many statements for many as for a few', async () => {
  const network_id = (await make(api, 'networks', { network: { name: 'bulk' } })).id!;
  await make(api, 'subnets', { subnet: { network_id, ip_version: 4, cidr: '10.200.0.0/16' } });
  const statementsFor = async (count: number): Promise<number> => {
    const ports = Array.from({ length: count }, () => ({ network_id, 'binding:host_id': '' }));
    statements = 0;
    assert.equal((await api.request('admin', 'POST', '/v2.0/ports', { ports })).status, 201);
    return statements;
  };
  await statementsFor(1);
  assert.equal(await statementsFor(40), await statementsFor(4));
});
