import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AgentSelf, type Applied, type DiagnosableAgent, diagnosis } from '../../src/rpc/diagnosis.ts';
import { endpoint } from '../../src/rpc/interface.ts';
import { startApi, type TestApi } from './api.ts';

type Body = Record<string, unknown>;
interface Wait {
  readonly since: string;
  readonly waiting_for: readonly {
    readonly what: string;
    readonly host: string;
    readonly agent_type: string;
    readonly final?: true;
  }[];
}

const idle: AgentSelf = {
  comparison: null,
  lastDrift: null,
  resync: null,
  waiting: 0,
  failing: [],
  findings: [],
};

/** An agent of ours as the server meets it: what it is asked, and what it answers from now on. */
interface Scripted {
  readonly items: string[];
  answer: Applied | Promise<Applied>;
  self: AgentSelf;
}

const agents = {
  'Linux bridge agent': {
    binary: 'neutron-linuxbridge-agent',
    topic: 'N/A',
    configurations: {
      tunneling_ip: '10.0.0.1',
      tunnel_types: ['vxlan'],
      interface_mappings: {},
      bridge_mappings: {},
    },
  },
  'DHCP agent': { binary: 'neutron-dhcp-agent', topic: 'dhcp_agent', configurations: {} },
  'L3 agent': {
    binary: 'neutron-l3-agent',
    topic: 'l3_agent',
    configurations: { agent_mode: 'legacy', handle_internal_only_routers: true },
  },
};

const setUp = (api: TestApi) => {
  const send = async (method: string, path: string, body?: Body, user = 'admin') => {
    const reply = await api.request(user, method, `/v2.0/${path}`, body);
    return { status: reply.status, body: reply.body as Record<string, Body> };
  };
  const make = async (name: string, item: Body) => {
    const { body } = await send('POST', `${name.replaceAll('_', '-')}s`, { [name]: item });
    return body[name] as Body & { id: string };
  };
  const reports = (agentType: keyof typeof agents, host: string) =>
    api.report({
      agent_type: agentType,
      host,
      availability_zone: 'nova',
      start_flag: true,
      ...agents[agentType],
    });
  const listens = async (agentType: DiagnosableAgent, host: string): Promise<Scripted> => {
    const scripted: Scripted = { items: [], answer: { applied: true }, self: idle };
    await api.join(diagnosis(agentType).topic, host, [
      endpoint(diagnosis(agentType), {
        status: async () => scripted.self,
        async applied(_context, { item }) {
          scripted.items.push(item);
          return scripted.answer;
        },
      }),
    ]);
    return scripted;
  };
  const wait = async (resource: string, id: string, since?: string): Promise<Wait> => {
    const { status, body } = await send('POST', 'nts-waits', {
      wait: { resource, id, ...(since ? { since } : {}) },
    });
    assert.equal(status, 201);
    return body.wait as unknown as Wait;
  };
  return { send, make, reports, listens, wait };
};

const withApi = (title: string, work: (cloud: ReturnType<typeof setUp>, api: TestApi) => Promise<void>) =>
  test(title, async () => {
    const api = await startApi();
    try {
      await work(setUp(api), api);
    } finally {
      await api.close();
    }
  });

withApi('a network is applied when its DHCP agent says so', async ({ make, reports, listens, wait }) => {
  await reports('DHCP agent', 'controller');
  const dhcp = await listens('DHCP agent', 'controller');
  const { id } = await make('network', { name: 'n' });
  assert.deepEqual((await wait('network', id)).waiting_for, []);
  const subnet = await make('subnet', { network_id: id, cidr: '10.0.0.0/24', ip_version: 4 });
  dhcp.answer = { applied: false, waitingFor: 'no address is free' };
  const missing = {
    what: `to serve network ${id}: no address is free`,
    host: 'controller',
    agent_type: 'DHCP agent',
  };
  assert.deepEqual((await wait('network', id)).waiting_for, [missing]);
  assert.deepEqual((await wait('subnet', subnet.id)).waiting_for, [missing]);
  dhcp.answer = { applied: true };
  assert.deepEqual((await wait('subnet', subnet.id)).waiting_for, []);
  assert.deepEqual(dhcp.items, [id, id, id]);
});

withApi(
  'a router waits for its L3 agent, and for its ports to be wired',
  async ({ make, send, reports, listens, wait }, api) => {
    for (const type of ['L3 agent', 'Linux bridge agent'] as const) await reports(type, 'controller');
    const l3 = await listens('L3 agent', 'controller');
    const { id: network_id } = await make('network', { name: 'n' });
    const subnet = await make('subnet', {
      network_id,
      cidr: '10.0.0.0/24',
      ip_version: 4,
      enable_dhcp: false,
    });
    const { id } = await make('router', { name: 'r' });
    const { body } = await send('PUT', `routers/${id}/add_router_interface`, { subnet_id: subnet.id });
    const portId = String(body.port_id);
    await api.rpc('q-l3-plugin', 'sync_routers', { host: 'controller', router_ids: [id] });
    assert.deepEqual(
      (await wait('router', id)).waiting_for.map(({ what, agent_type }) => [agent_type, what]),
      [['Linux bridge agent', `to wire port ${portId}`]],
    );
    await api.rpc('q-plugin', 'update_device_up', { device: portId, agent_id: 'lb', host: 'controller' });
    assert.deepEqual((await wait('router', id)).waiting_for, []);
    assert.deepEqual(l3.items, [id, id]);
    await send('PUT', `routers/${id}/remove_router_interface`, { subnet_id: subnet.id });
    await send('DELETE', `routers/${id}`);
    l3.answer = { applied: false, waitingFor: 'namespace is in use' };
    assert.deepEqual((await wait('router', id)).waiting_for, [
      { what: `to clear away ${id}: namespace is in use`, host: 'controller', agent_type: 'L3 agent' },
    ]);
    l3.answer = { applied: true };
    assert.deepEqual((await wait('router', id)).waiting_for, []);
  },
);

withApi(
  'of a machine that does not run nothing is waited for on its host',
  async ({ make, reports, listens, wait }) => {
    await reports('Linux bridge agent', 'compute');
    const l2 = await listens('Linux bridge agent', 'compute');
    l2.answer = { applied: false, waitingFor: 'its device is not on this host', absent: true };
    const { id: network_id } = await make('network', { name: 'n' });
    const { id } = await make('port', {
      network_id,
      'binding:host_id': 'compute',
      device_owner: 'compute:nova',
    });
    assert.deepEqual((await wait('port', id)).waiting_for, []);
    l2.answer = { applied: false, waitingFor: 'no such bridge' };
    assert.match(String((await wait('port', id)).waiting_for[0]?.what), /^to wire port .*: no such bridge$/);
    const unbound = await make('port', { network_id, 'binding:host_id': 'nowhere' });
    const [{ what, final } = { what: '' }] = (await wait('port', unbound.id)).waiting_for;
    assert.match(what, /could not be bound/);
    assert.equal(final, true);
  },
);

withApi(
  'rules of a security group are asked of one wired port on each host',
  async ({ make, reports, listens, wait }, api) => {
    const l2 = await Promise.all(
      ['one', 'two'].map(async (host) => {
        await reports('Linux bridge agent', host);
        return listens('Linux bridge agent', host);
      }),
    );
    const group = await make('security_group', { name: 'g' });
    const { id: network_id } = await make('network', { name: 'n' });
    const ports: string[] = [];
    for (const host of ['one', 'one', 'two']) {
      const { id } = await make('port', {
        network_id,
        'binding:host_id': host,
        device_owner: 'compute:nova',
        security_groups: [group.id],
      });
      ports.push(id);
    }
    assert.deepEqual((await wait('security_group', group.id)).waiting_for, []);
    assert.deepEqual(
      l2.flatMap(({ items }) => items),
      [],
    );
    for (const [index, device] of ports.entries())
      await api.rpc('q-plugin', 'update_device_up', {
        device,
        agent_id: 'lb',
        host: ['one', 'one', 'two'][index],
      });
    l2[1]!.answer = { applied: false, waitingFor: 'iptables-restore failed' };
    assert.deepEqual((await wait('security_group', group.id)).waiting_for, [
      {
        what: 'to apply the rules: iptables-restore failed',
        host: 'two',
        agent_type: 'Linux bridge agent',
      },
    ]);
    assert.deepEqual([l2[0]!.items.length, l2[1]!.items], [1, [ports[2]]]);
  },
);

withApi(
  "an agent of Python's, which does not say, counts once it has reported since",
  async ({ make, reports, wait }, api) => {
    await reports('L3 agent', 'controller');
    const { id: network_id } = await make('network', { name: 'n', 'router:external': true });
    await make('subnet', { network_id, cidr: '10.0.0.0/24', ip_version: 4, enable_dhcp: false });
    const { id } = await make('router', { external_gateway_info: { network_id } });
    const first = await wait('router', id);
    assert.match(String(first.waiting_for[0]?.what), /it does not say.*next report is to come/);
    const later = new Date(Date.now() + 2000).toISOString().slice(0, 19).replace('T', ' ');
    await api.db.kysely.updateTable('agents').set({ heartbeat_timestamp: later }).execute();
    const tasks = (await wait('router', id, first.since)).waiting_for.filter(
      ({ agent_type }) => agent_type === 'L3 agent',
    );
    assert.deepEqual(tasks, []);
  },
);

withApi('who waits hears of an agent that takes its time', async ({ make, reports, listens, wait }) => {
  await reports('DHCP agent', 'controller');
  const dhcp = await listens('DHCP agent', 'controller');
  const { id } = await make('network', { name: 'n' });
  await make('subnet', { network_id: id, cidr: '10.0.0.0/24', ip_version: 4 });
  let answer = (_: Applied) => {};
  dhcp.answer = new Promise((resolve) => {
    answer = resolve;
  });
  assert.match(String((await wait('network', id)).waiting_for[0]?.what), /it is still at it/);
  answer({ applied: true });
  assert.deepEqual((await wait('network', id)).waiting_for, []);
});

withApi(
  'a diagnosis says what agents are at, and disturbs none',
  async ({ make, send, reports, listens }) => {
    await reports('DHCP agent', 'controller');
    const dhcp = await listens('DHCP agent', 'controller');
    const { id } = await make('network', { name: 'n' });
    await make('subnet', { network_id: id, cidr: '10.0.0.0/24', ip_version: 4 });
    const diagnosis = async (path: string) => (await send('GET', `${path}/diagnosis`)).body.diagnosis as Body;
    assert.deepEqual((await diagnosis(`networks/${id}`)).waiting_for, []);
    dhcp.self = { ...idle, failing: [{ item: id, error: 'no dnsmasq', failures: 1 }] };
    await sleep(600);
    const { result, waiting_for } = await diagnosis(`networks/${id}`);
    assert.deepEqual(
      [result, waiting_for],
      [
        'pending',
        [
          {
            what: `to serve network ${id}: no dnsmasq (failed 1 times)`,
            host: 'controller',
            agent_type: 'DHCP agent',
          },
        ],
      ],
    );
    assert.deepEqual(dhcp.items, []);
    const { body } = await send('GET', 'agents');
    const [agent] = body.agents as unknown as { id: string }[];
    assert.deepEqual((await diagnosis(`agents/${agent!.id}`)).self, dhcp.self);
  },
);

withApi('a dead agent is not asked', async ({ make, reports, listens, wait }, api) => {
  await reports('DHCP agent', 'controller');
  const dhcp = await listens('DHCP agent', 'controller');
  const { id } = await make('network', { name: 'n' });
  await make('subnet', { network_id: id, cidr: '10.0.0.0/24', ip_version: 4 });
  await api.db.kysely.updateTable('agents').set({ heartbeat_timestamp: '2020-01-01 00:00:00' }).execute();
  assert.match(
    String((await wait('network', id)).waiting_for[0]?.what),
    /it does not live; last heard \d+ h ago/,
  );
  assert.deepEqual(dhcp.items, []);
});

withApi(
  'waiting for a dead agent does not help, once it would have started, and where no other can take over',
  async ({ make, reports, wait }, api) => {
    await reports('DHCP agent', 'controller');
    const { id } = await make('network', { name: 'n' });
    await make('subnet', { network_id: id, cidr: '10.0.0.0/24', ip_version: 4 });
    await api.db.kysely.updateTable('agents').set({ heartbeat_timestamp: '2020-01-01 00:00:00' }).execute();
    const before = '2026-01-01 00:00:00';
    const finals = async (since?: string) =>
      (await wait('network', id, since)).waiting_for.map(({ final = false }) => final);
    assert.deepEqual([await finals(), await finals(before)], [[false], [true]]);
    await reports('DHCP agent', 'compute');
    assert.deepEqual(await finals(before), [false]);
    const other = await make('network', { name: 'o' });
    await make('subnet', { network_id: other.id, cidr: '10.0.1.0/24', ip_version: 4 });
    await api.db.kysely.deleteFrom('networkdhcpagentbindings').execute();
    await api.db.kysely.updateTable('agents').set({ heartbeat_timestamp: '2020-01-01 00:00:00' }).execute();
    assert.deepEqual((await wait('network', other.id)).waiting_for, [
      {
        what: `to serve network ${other.id}: none is alive and switched on`,
        agent_type: 'DHCP agent',
        final: true,
      },
    ]);
  },
);

withApi('only administrators may ask, about what can be waited for', async ({ send }) => {
  const ask = async (wait: Body, user?: string) => (await send('POST', 'nts-waits', { wait }, user)).status;
  assert.equal(await ask({ resource: 'network', id: 'x' }, 'demo'), 403);
  assert.equal(await ask({ resource: 'constructor', id: 'x' }), 400);
  assert.equal(await ask({ resource: 'network' }), 400);
  assert.equal(await ask({ resource: 'port', id: 'gone' }), 201);
});
