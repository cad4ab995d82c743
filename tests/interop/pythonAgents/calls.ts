import assert from 'node:assert/strict';
import { runIn, startIn } from '../../../src/lab/host.ts';
import { projectRoot } from '../../../src/lab/paths.ts';
import { contains, type Item, type Stage } from './stage.ts';

/** An answer as Python's own classes take it. */
interface Answer {
  readonly result?: unknown;
  readonly failure?: string;
  readonly message?: string;
}

type Call = readonly [api: string, method: string, args: object];

/** Asks with the classes that Python's agents ask with. */
async function ask({ controller }: Stage, calls: readonly Call[]): Promise<Answer[]> {
  const tool = `${projectRoot}/tests/interop/pythonAgents/calls.py`;
  const words = ['/usr/bin/python3', tool, '/etc/neutron/neutron.conf', JSON.stringify(calls)];
  const { stdout } = await runIn(controller, words);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Answer[];
}

/** What no agent of this deployment asks by itself, and failures: by Python's own classes, objects rebuilt by theirs. */
export async function calls(stage: Stage): Promise<void> {
  const { make } = stage;
  const network = await make('network', { name: 'asked' });
  const subnet = await make('subnet', { network_id: network.id, ip_version: 4, cidr: '172.16.90.0/24' });
  const group = await make('address_group', { name: 'pulled', addresses: ['10.1.0.0/16', 'fd00::/64'] });
  const router = await make('router', { name: 'asked' });
  const port = await make<Item & { fixed_ips: object[] }>('port', {
    network_id: network.id,
    'binding:host_id': 'compute',
  });
  const device = { device: port.id, agent_id: 'lb', host: 'compute' };
  const devices = { devices: [port.id], agent_id: 'lb', host: 'compute' };
  const list = { agent_id: 'lb', host: 'compute', devices_down: [] };
  const dhcpPort = { network_id: network.id, fixed_ips: [{ subnet_id: subnet.id }] };
  const foreign = { ...dhcpPort, device_id: 'dhcp-of-somebody' };
  const nowhere = { ...dhcpPort, network_id: 'gone', device_id: 'd', project_id: 'p' };
  const full = {
    ...dhcpPort,
    device_id: 'e',
    project_id: 'p',
    fixed_ips: port.fixed_ips,
  };

  const expected: readonly (readonly [Call, (answer: Answer) => void])[] = [
    [['state', 'has_alive_neutron_server', {}], ({ result }) => assert.equal(result, true)],
    [
      ['dhcp', 'get_networks', { filters: { id: [network.id] }, fields: ['id', 'subnets'] }],
      ({ result }) => assert.deepEqual(result, [{ id: network.id, subnets: [subnet.id] }]),
    ],
    [['l3', 'get_networks', { filters: { id: ['gone'] } }], ({ result }) => assert.deepEqual(result, [])],
    [
      ['l3', 'get_ports_by_subnet', { subnet_id: subnet.id }],
      ({ result }) => assert.ok((result as Item[]).some(({ id }) => id === port.id)),
    ],
    [
      ['l3', 'get_service_plugin_list', {}],
      ({ result }) => assert.ok((result as string[]).includes('L3_ROUTER_NAT')),
    ],
    [['l3', 'update_all_ha_network_port_statuses', {}], ({ result }) => assert.equal(result, null)],
    [['l2', 'get_device_details', device], ({ result }) => assert.equal((result as Item).port_id, port.id)],
    [
      ['l2', 'get_devices_details_list_and_failed_devices', devices],
      ({ result }) => assert.deepEqual((result as { failed_devices: string[] }).failed_devices, []),
    ],
    [
      ['l2', 'get_network_details', { ...device, network: network.id, device: undefined }],
      ({ result }) => assert.equal((result as Item).id, network.id),
    ],
    [
      ['l2', 'update_device_list', { ...list, devices_up: [port.id] }],
      ({ result }) => assert.deepEqual((result as { devices_up: string[] }).devices_up, [port.id]),
    ],
    [
      ['l2', 'tunnel_sync', { tunnel_ip: '192.168.81.65', tunnel_type: 'vxlan', host: 'compute' }],
      ({ result }) => assert.ok(result as object),
    ],
    [
      ['l2', 'get_ports_by_vnic_type_and_host', { vnic_type: 'normal', host: 'compute' }],
      ({ result }) => assert.ok((result as Item[]).some(({ id }) => id === port.id)),
    ],
    [
      ['sg', 'security_group_rules_for_devices', { devices: [port.id] }],
      ({ result }) => assert.ok(port.id in (result as object)),
    ],
    [
      ['resources', 'pull', { resource_type: 'AddressGroup', resource_id: group.id }],
      ({ result }) => assert.equal((result as Item).name, 'pulled'),
    ],
    [
      ['resources', 'bulk_pull', { resource_type: 'AddressGroup', filter_kwargs: { id: [group.id] } }],
      ({ result }) => assert.equal((result as Item[])[0]!.id, group.id),
    ],
    [
      ['resources', 'bulk_pull', { resource_type: 'PortForwarding' }],
      ({ result }) => assert.deepEqual(result, []),
    ],
    [
      ['dhcp', 'get_dhcp_port', { port_id: port.id }],
      ({ result }) => assert.equal((result as Item).id, port.id),
    ],
    // Old news is no failure.
    [['dhcp', 'get_network_info', { network_id: 'gone' }], ({ result }) => assert.equal(result, null)],
    [['dhcp', 'create_dhcp_port', { port: { port: nowhere } }], ({ result }) => assert.equal(result, null)],
    [
      ['dhcp', 'update_dhcp_port', { port_id: 'gone', port: { port: foreign } }],
      ({ result }) => assert.equal(result, null),
    ],
    [
      ['dhcp', 'update_dhcp_port', { port_id: port.id, port: { port: foreign } }],
      ({ result }) => assert.equal(result, null),
    ],
    // Failures come with their class.
    ...(
      [
        [
          ['l2', 'get_network_details', { network: 'gone', agent_id: 'lb', host: 'compute' }],
          'NetworkNotFound',
        ],
        [['dhcp', 'get_dhcp_port', { port_id: 'gone' }], 'PortNotFound'],
        [['dhcp', 'create_dhcp_port', { port: { port: full } }], 'IpAddressAlreadyAllocated'],
        [['raw', 'call', { topic: 'q-plugin', version: '1.0', method: 'nope' }], 'NoSuchMethod'],
        [
          ['raw', 'call', { topic: 'q-plugin', version: '7.0', method: 'get_device_details' }],
          'UnsupportedVersion',
        ],
        [['resources', 'pull', { resource_type: 'AddressGroup', resource_id: 'gone' }], 'ResourceNotFound'],
      ] as const
    ).map(([call, failure]) => [call, (answer: Answer) => assert.equal(answer.failure, failure)] as const),
  ];
  const answers = await ask(
    stage,
    expected.map(([call]) => call),
  );
  expected.forEach(([call, check], at) => {
    try {
      check(answers[at]!);
    } catch (error) {
      throw new Error(`${call.join(' ')}: ${JSON.stringify(answers[at])?.slice(0, 1000)}`, { cause: error });
    }
  });
  await stage.rest.delete(`routers/${router.id}`);
}

/** What the server pushes, as Python's consumers of versioned objects rebuild it. */
export async function pushes({ make, rest, controller }: Stage): Promise<void> {
  const [tool, log] = [`${projectRoot}/tests/interop/pythonAgents/listen.py`, '/var/log/pushed.log'];
  const words = ['/usr/bin/python3', tool, '/etc/neutron/neutron.conf', 'AddressGroup'];
  const pid = await startIn(controller, words, log);
  await contains(controller, log, /^listens$/m);
  const group = await make('address_group', { name: 'pushed', addresses: ['10.2.0.0/16'] });
  await contains(
    controller,
    log,
    new RegExp(`updated .*"id": "${group.id}".*"address": "10\\.2\\.0\\.0/16"`),
  );
  await rest.put(`address-groups/${group.id}`, { address_group: { name: 'pushed again' } });
  await contains(controller, log, /updated .*"name": "pushed again"/);
  await rest.delete(`address-groups/${group.id}`);
  await contains(controller, log, new RegExp(`deleted .*"id": "${group.id}"`));
  await runIn(controller, ['kill', String(pid)]);
}
