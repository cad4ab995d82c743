import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startApi, type TestApi } from './api.ts';

let api: TestApi;
let portId: string;

before(async () => {
  api = await startApi();
  const made = async (path: string, body: object) => (await api.request('admin', 'POST', path, body)).body;
  const { network } = (await made('/v2.0/networks', { network: { name: 'n' } })) as {
    network: { id: string };
  };
  const asked = { network_id: network.id, 'binding:host_id': 'nowhere' };
  const { port } = (await made('/v2.0/ports', { port: asked })) as { port: Record<string, string> };
  assert.equal(port['binding:vif_type'], 'binding_failed');
  portId = port.id!;
});

after(() => api.close());

test('a port that could not be bound says why, and what to do', async () => {
  const { status, body } = await api.request('admin', 'GET', `/v2.0/ports/${portId}/diagnosis`);
  assert.equal(status, 200);
  const { diagnosis } = body as {
    diagnosis: Record<string, unknown> & { reasons: Record<string, unknown>[] };
  };
  assert.equal(diagnosis.port_id, portId);
  assert.equal(diagnosis.host_id, 'nowhere');
  assert.equal(diagnosis.vif_type, 'binding_failed');
  assert.match(String(diagnosis.reasons[0]?.reason), /nowhere/);
  assert.match(String(diagnosis.reasons[0]?.fix), /neutron-linuxbridge-agent/);
});

test('a port of a distributed router says that Linux bridges cannot carry it', async () => {
  const send = async (method: string, path: string, body: object) =>
    (await api.request('admin', method, `/v2.0/${path}`, body)).body as Record<string, { id: string }>;
  const { network } = await send('POST', 'networks', { network: {} });
  const { subnet } = await send('POST', 'subnets', {
    subnet: { network_id: network!.id, cidr: '10.0.0.0/24', ip_version: 4 },
  });
  const { router } = await send('POST', 'routers', { router: { distributed: true } });
  const added = (await send('PUT', `routers/${router!.id}/add_router_interface`, {
    subnet_id: subnet!.id,
  })) as unknown as { port_id: string };
  const { body } = await api.request('admin', 'GET', `/v2.0/ports/${added.port_id}/diagnosis`);
  const { diagnosis } = body as { diagnosis: { reasons: Record<string, unknown>[] } };
  assert.equal(diagnosis.reasons[0]?.code, 'router_distributed');
  assert.match(String(diagnosis.reasons[0]?.fix), /--distributed False/);
});

test('who may not see the binding, or asks for no port, learns nothing', async () => {
  assert.equal((await api.request('demo', 'GET', `/v2.0/ports/${portId}/diagnosis`)).status, 404);
  assert.equal(
    (await api.request('admin', 'GET', `/v2.0/ports/${portId.replace(/^./, 'x')}/diagnosis`)).status,
    404,
  );
  assert.equal((await api.request('admin', 'PUT', `/v2.0/ports/${portId}/diagnosis`, {})).status, 405);
});
