import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { databases } from '../../src/server/db/testing.ts';
import { until } from '../../src/testing/until.ts';
import { type Reply, startApi, type TestApi } from './api.ts';
import { make, makeGuideState } from './guideState.ts';

const vif = { vif_details: { connectivity: 'l2', port_filter: true }, vif_type: 'bridge' };
const onCompute = { host: 'compute', ...vif, vnic_type: 'normal', status: 'ACTIVE', profile: {} };
const onController = { ...onCompute, host: 'controller', status: 'INACTIVE' };
const left = { ...onCompute, vif_type: 'unbound', vif_details: {}, status: 'INACTIVE' };

const refusal = ({ status, body }: Reply) => {
  const { type, message } = (body as { NeutronError: { type: string; message: string } }).NeutronError;
  return [status, type, message];
};

for (const [name, open] of Object.entries(databases())) {
  describe(`bindings of ports over HTTP, ${name}`, () => {
    let api: TestApi;
    let networkId: string;
    before(async () => {
      api = await startApi(open);
      await makeGuideState(api);
      const network = await make(api, 'networks', { network: { name: 'migration' } });
      networkId = network.id!;
      await make(api, 'subnets', { subnet: { network_id: networkId, cidr: '10.77.0.0/24', ip_version: 4 } });
    });
    after(() => api.close());

    const server = async (values: object = {}) => {
      const port = { network_id: networkId, device_owner: 'compute:nova', 'binding:host_id': 'compute' };
      const made = await make(api, 'ports', { port: { ...port, ...values } });
      const path = `/v2.0/ports/${made.id}/bindings`;
      return { id: made.id!, mac: made.mac_address!, path };
    };
    const send = (method: string, path: string, body?: unknown, user: 'admin' | 'demo' = 'admin') =>
      api.request(user, method, path, body);
    const bindings = async (path: string) => (await send('GET', path)).body;
    const port = async (id: string) =>
      ((await send('GET', `/v2.0/ports/${id}`)).body as { port: Record<string, unknown> }).port;
    const details = async (id: string, host: string) => {
      const device = `tap${id.slice(0, 11)}`;
      return (await api.rpc('q-plugin', 'get_device_details', { device, agent_id: 'lb', host })) as object;
    };
    const up = (id: string, host: string) =>
      api.rpc('q-plugin', 'update_device_up', { device: `tap${id.slice(0, 11)}`, agent_id: 'lb', host });

    it('a live migration: an inactive binding is made, activated, and the old one deleted', async () => {
      const { id, path } = await server({ device_id: 'vm' });
      await details(id, 'compute');
      await up(id, 'compute');
      await api.rpc('q-plugin', 'dhcp_ready_on_ports', { port_ids: [id] });
      const [activated, deactivated, tables] = await Promise.all([
        api.hear('q-agent-notifier-binding-activate', ['binding_activate']),
        api.hear('q-agent-notifier-binding-deactivate', ['binding_deactivate']),
        api.hear('q-agent-notifier-l2population-update', ['add_fdb_entries', 'remove_fdb_entries']),
      ]);

      const made = await send('POST', path, { binding: { host: 'controller' } });
      assert.deepEqual([made.status, made.body], [201, { binding: onController }]);
      assert.deepEqual(await bindings(path), { bindings: [onCompute, onController] });
      const before = await port(id);
      assert.deepEqual([before['binding:host_id'], before.status], ['compute', 'ACTIVE']);
      assert.deepEqual(await details(id, 'controller'), {
        device: `tap${id.slice(0, 11)}`,
        no_active_binding: true,
      });
      assert.equal('port_id' in (await details(id, 'compute')), true);

      const activation = await send('PUT', `${path}/controller/activate`);
      assert.deepEqual([activation.status, activation.body], [200, { ...onController, status: 'ACTIVE' }]);
      assert.deepEqual(await bindings(path), { bindings: [left, { ...onController, status: 'ACTIVE' }] });
      const moved = await port(id);
      assert.deepEqual([moved['binding:host_id'], moved.status], ['controller', 'DOWN']);
      assert.deepEqual(moved['binding:vif_details'], {
        ...vif.vif_details,
        bound_drivers: { 0: 'linuxbridge' },
      });
      await until('both casts', () => deactivated.length > 0 && activated.length > 0);
      assert.deepEqual(deactivated, [
        ['binding_deactivate', { port_id: id, host: 'compute', network_id: networkId }],
      ]);
      assert.deepEqual(activated, [['binding_activate', { port_id: id, host: 'controller' }]]);
      const entries = (address: string, method: string) =>
        tables.filter(([sent, args]) => sent === method && JSON.stringify(args).includes(address)).length;
      await until('the old host is forgotten', () => entries('192.168.81.65', 'remove_fdb_entries') === 1);

      assert.equal('port_id' in (await details(id, 'controller')), true);
      await up(id, 'controller');
      assert.equal((await port(id)).status, 'ACTIVE');
      await until('the new host is told', () => entries('192.168.81.66', 'add_fdb_entries') === 1);

      assert.equal((await send('DELETE', `${path}/compute`)).status, 204);
      assert.deepEqual(await bindings(path), { bindings: [{ ...onController, status: 'ACTIVE' }] });
      assert.equal((await port(id)).status, 'ACTIVE');
    });

    it('a migration that fails goes back: the host that was left is bound again', async () => {
      const { id, path } = await server();
      await send('POST', path, { binding: { host: 'controller' } });
      await send('PUT', `${path}/controller/activate`);
      const back = await send('PUT', `${path}/compute/activate`);
      assert.deepEqual(back.body, onCompute);
      assert.equal((await port(id))['binding:host_id'], 'compute');
      await send('DELETE', `${path}/controller`);
      assert.deepEqual(await bindings(path), { bindings: [onCompute] });
    });

    it('lists with filters, fields and pages; shows one', async () => {
      const { path } = await server();
      await send('POST', path, { binding: { host: 'controller', profile: { a: 'b' } } });
      assert.deepEqual(await bindings(`${path}?status=ACTIVE`), { bindings: [onCompute] });
      assert.deepEqual(await bindings(`${path}?host=controller&fields=host&fields=profile`), {
        bindings: [{ host: 'controller', profile: { a: 'b' } }],
      });
      assert.deepEqual(await bindings(`${path}/controller?fields=host`), { binding: { host: 'controller' } });
      const page = (await bindings(`${path}?limit=1`)) as { bindings: object[]; bindings_links: object[] };
      assert.deepEqual(page.bindings, [onCompute]);
      assert.deepEqual(page.bindings_links[0], {
        rel: 'next',
        href: `http://192.168.81.66:9696${path}?limit=1&marker=compute`,
      });
      const next = (await bindings(`${path}?limit=1&marker=compute`)) as { bindings: object[] };
      assert.deepEqual(next.bindings, [{ ...onController, profile: { a: 'b' } }]);
    });

    it('an update changes profile and type, binds anew on another host, and without profile clears it', async () => {
      const { id, path } = await server();
      await send('POST', path, { binding: { host: 'controller' } });
      const one = `${path}/controller`;
      const profile = { migrating_to: 'controller', label: 'größer 😀' };
      const changed = await send('PUT', one, { binding: { profile } });
      assert.deepEqual(changed.body, { binding: { ...onController, profile } });
      assert.deepEqual((await send('PUT', one, { binding: {} })).body, { binding: onController });
      assert.deepEqual(refusal(await send('PUT', one, { binding: { host: 'compute' } })), [
        409,
        'PortBindingAlreadyExists',
        `Binding for port ${id} on host compute already exists.`,
      ]);
      assert.deepEqual(refusal(await send('PUT', one, { binding: { host: 'nohost' } })), [
        500,
        'PortBindingError',
        `Binding for port ${id} on host nohost could not be created or updated.`,
      ]);
      const active = await send('PUT', `${path}/compute`, { binding: { profile } });
      assert.deepEqual(active.body, { binding: { ...onCompute, profile } });
      assert.deepEqual((await port(id))['binding:profile'], profile);
    });

    it('a port that is moved by its own update takes the binding that was prepared', async () => {
      const { id, path } = await server();
      await send('POST', path, { binding: { host: 'controller', profile: { a: 'b' } } });
      await send('PUT', `/v2.0/ports/${id}`, { port: { 'binding:host_id': 'controller' } });
      assert.deepEqual(await bindings(path), { bindings: [{ ...onController, status: 'ACTIVE' }] });
    });

    it('a port without active binding gets one by POST', async () => {
      const { id, path } = await server();
      assert.equal((await send('DELETE', `${path}/compute`)).status, 204);
      assert.deepEqual(await bindings(path), { bindings: [] });
      const made = await send('POST', path, { binding: { host: 'controller' } });
      assert.deepEqual(made.body, { binding: { ...onController, status: 'ACTIVE' } });
      assert.equal((await port(id))['binding:host_id'], 'controller');
    });

    it('refuses what Neutron refuses, in its words', async () => {
      const { id, path } = await server();
      const plain = await make(api, 'ports', { port: { network_id: networkId } });
      const missing = '11111111-1111-1111-1111-111111111111';
      const create = (binding: object) => send('POST', path, { binding });
      const answers: [Promise<Reply>, number, string, string][] = [
        [
          send('GET', `/v2.0/ports/${plain.id}/bindings`),
          400,
          'BadRequest',
          `Bad port request: Invalid port ${plain.id}. Operation only valid on compute ports.`,
        ],
        [
          send('GET', `/v2.0/ports/${missing}/bindings`),
          404,
          'PortNotFound',
          `Port ${missing} could not be found.`,
        ],
        [
          send('GET', `${path}/nohost`),
          404,
          'PortBindingNotFound',
          `Binding for port ${id} for host nohost could not be found.`,
        ],
        [
          create({}),
          400,
          'HTTPBadRequest',
          "Failed to parse request. Required attribute 'host' not specified",
        ],
        [
          create({ host: 'controller', vnic_type: 'x' }),
          400,
          'HTTPBadRequest',
          'Invalid input for vnic_type. Reason: x is not in valid_values.',
        ],
        [
          create({ host: 'controller', vif_type: 'x' }),
          400,
          'HTTPBadRequest',
          "Attribute 'vif_type' not allowed in POST",
        ],
        [
          create({ host: 'controller', profile: 'x' }),
          400,
          'HTTPBadRequest',
          "Invalid input for profile. Reason: 'x' is not a dictionary.",
        ],
        [
          create({ host: 'controller', profile: { a: 'x'.repeat(5000) } }),
          400,
          'InvalidInput',
          'Invalid input for operation: binding:profile value too large.',
        ],
        [
          create({ host: 'compute' }),
          409,
          'PortBindingAlreadyExists',
          `Binding for port ${id} on host compute already exists.`,
        ],
        [
          create({ host: 'nohost' }),
          500,
          'PortBindingError',
          `Binding for port ${id} on host nohost could not be created or updated.`,
        ],
        [
          create({ host: 'controller', vnic_type: 'direct' }),
          500,
          'PortBindingError',
          `Binding for port ${id} on host controller could not be created or updated.`,
        ],
        [
          send('PUT', `${path}/compute/activate`),
          409,
          'PortBindingAlreadyActive',
          `Binding for port ${id} on host compute is already active.`,
        ],
        [
          send('PUT', `${path}/nohost/activate`),
          404,
          'PortBindingNotFound',
          `Binding for port ${id} for host nohost could not be found.`,
        ],
        [
          send('PUT', `${path}/compute`, { binding: { status: 'INACTIVE' } }),
          400,
          'HTTPBadRequest',
          'Cannot update read-only attribute status',
        ],
        [
          send('GET', `${path}?profile=x`),
          400,
          'HTTPBadRequest',
          "['profile'] is invalid attribute for filtering",
        ],
        [
          send('PUT', `/v2.0/ports/${id}`, { port: { 'binding:profile': { a: 'x'.repeat(5000) } } }),
          400,
          'InvalidInput',
          'Invalid input for operation: binding:profile value too large.',
        ],
      ];
      for (const [reply, ...expected] of answers) assert.deepEqual(refusal(await reply), expected);
      assert.equal((await send('POST', `${path}/compute/activate`)).status, 405);
      assert.equal((await send('PUT', `${path}/compute/other`, {})).status, 404);
      assert.deepEqual(await bindings(path), { bindings: [onCompute] });
    });

    it('a project sees no bindings, not even of its own ports', async () => {
      const network = await make(api, 'networks', { network: { name: 'own' } }, 'demo');
      const values = { network_id: network.id, tenant_id: network.tenant_id };
      const { path } = await server(values);
      assert.equal((await send('GET', `${path}/compute`, undefined, 'demo')).status, 404);
      assert.deepEqual((await send('GET', path, undefined, 'demo')).body, { bindings: [] });
      assert.equal((await send('DELETE', `${path}/compute`, undefined, 'demo')).status, 404);
      assert.equal((await send('PUT', `${path}/compute/activate`, undefined, 'demo')).status, 404);
    });

    it('of many activations at once one wins, and one binding is active', async () => {
      const { id, path } = await server();
      await send('POST', path, { binding: { host: 'controller' } });
      const replies = await Promise.all(
        Array.from({ length: 6 }, () => send('PUT', `${path}/controller/activate`)),
      );
      assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409, 409, 409, 409, 409]);
      const rows = await api.db.kysely
        .selectFrom('ml2_port_bindings')
        .select(['host', 'status'])
        .where('port_id', '=', id)
        .orderBy('host')
        .execute();
      assert.deepEqual(rows, [
        { host: 'compute', status: 'INACTIVE' },
        { host: 'controller', status: 'ACTIVE' },
      ]);
    });

    it('a network card of its own gives its MAC to the port; an unbound port may ask for a new one', async () => {
      const card = '00:11:22:33:44:55';
      const values = { 'binding:vnic_type': 'direct-physical', device_id: 'vm' };
      const { id } = await server({ ...values, 'binding:profile': { device_mac_address: card } });
      assert.equal((await port(id)).mac_address, card);
      await send('PUT', `/v2.0/ports/${id}`, { port: { 'binding:profile': {} } });
      assert.match((await port(id)).mac_address as string, /^fa:16:3e:/);
      await send('PUT', `/v2.0/ports/${id}`, {
        port: { 'binding:profile': { device_mac_address: card } },
      });
      await send('PUT', `/v2.0/ports/${id}`, {
        port: { device_id: '', device_owner: '', 'binding:host_id': '' },
      });
      assert.match((await port(id)).mac_address as string, /^fa:16:3e:/);

      const free = await server({ 'binding:host_id': '' });
      await send('PUT', `/v2.0/ports/${free.id}`, { port: { mac_address: null } });
      const { mac_address: other } = await port(free.id);
      assert.match(other as string, /^fa:16:3e:/);
      assert.notEqual(other, free.mac);
      const wired = await server();
      const reply = await send('PUT', `/v2.0/ports/${wired.id}`, { port: { mac_address: null } });
      assert.equal(refusal(reply)[1], 'PortBound');
    });
  });
}
