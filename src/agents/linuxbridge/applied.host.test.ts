import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listLinks } from '../../linux/links.ts';
import { inProcess } from '../../messaging/inProcess.ts';
import { diagnosis } from '../../rpc/diagnosis.ts';
import { client } from '../../rpc/interface.ts';
import { until } from '../../testing/until.ts';
import { details, plugGuest, ScriptedServer, startTestAgent } from './testing.ts';

test('a port counts as applied only when what the server says at that moment is in the kernel', async () => {
  const server = new ScriptedServer();
  await server.listen();
  const guest = details(1);
  const agent = await startTestAgent(server, {});
  const ask = client(inProcess(server.bus), diagnosis('Linux bridge agent'));
  const applied = () => ask.applied(server.context(), { item: guest.port_id }, { server: 'here' });
  await until('the first full resync is over', async () =>
    (await applied()).waitingFor?.includes('is not on'),
  );
  assert.deepEqual(await applied(), {
    absent: true,
    applied: false,
    waitingFor: `its device ${guest.device} is not on this host`,
  });
  await plugGuest(guest, 'guest');
  await until(
    'the agent has seen the device',
    async () => !(await applied()).waitingFor?.includes('is not on'),
  );
  assert.deepEqual(await applied(), {
    applied: false,
    waitingFor: 'the server does not name it as a port of this host',
  });
  // The server changes its mind, and its word to the agent is not there yet.
  server.devices.set(guest.device, { ...guest, mtu: 1400 });
  assert.deepEqual(await applied(), { applied: true });
  assert.equal((await listLinks()).get(guest.device)?.mtu, 1400);
  const { waiting, failing, resync } = await ask.status(server.context(), {}, { server: 'here' });
  assert.deepEqual({ waiting, failing, resync }, { waiting: 0, failing: [], resync: null });
  await agent.stop();
});
