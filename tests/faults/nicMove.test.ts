import assert from 'node:assert/strict';
import { test } from 'node:test';
import { column, createPublic, removeGuest } from '../../src/lab/cloud.ts';
import { providerOnly } from '../../src/lab/deployments/providerOnly.ts';
import { addGuest, neutron } from '../../src/lab/guests.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';
import { startEcho, startStream } from '../../src/lab/traffic/stream.ts';
import { waitFor } from '../../src/lab/waitFor.ts';
import { bridgeName } from '../../src/net/names.ts';
import { withLab } from './support/withLab.ts';

/** Waits until a host's own address and its default route are on a device, and on no other. */
const waitForAddressOn = (lab: Lab, hostName: string, device: string, address: string) =>
  waitFor(`${address} of ${hostName} to be on ${device}`, async () => {
    const host = hostNamed(lab, hostName);
    const addresses = (await runIn(host, ['ip', '-4', '-o', 'address', 'show', 'to', address])).stdout;
    assert.deepEqual(
      addresses
        .trim()
        .split('\n')
        .map((line) => line.split(/ +/)[1]),
      [device],
    );
    const route = (await runIn(host, ['ip', 'route', 'show', 'default'])).stdout;
    assert.match(route, new RegExp(`^default via 192\\.168\\.81\\.254 dev ${device} *\n$`));
  });

test("connections survive while the host's only NIC goes into a bridge and comes out again", async (t) => {
  await withLab('nic', providerOnly, async (lab) => {
    const [outside, compute, controller] = ['outside', 'compute', 'controller'].map((name) =>
      hostNamed(lab, name),
    );
    await startEcho(outside!);
    const hosts = [
      { name: 'compute', host: compute!, address: '192.168.81.65' },
      { name: 'controller', host: controller!, address: '192.168.81.66' },
    ];
    const talks = hosts.map(({ host }) => startStream(host, '192.168.81.254'));

    for (const round of [1, 2, 3]) {
      await createPublic(lab);
      const bridge = bridgeName(await column(lab, 'id', 'net-show', 'public'));
      const guest = await addGuest(lab, { name: `vm${round}`, host: 'compute', network: 'public' });
      for (const { name, address } of hosts) await waitForAddressOn(lab, name, bridge, address);
      await removeGuest(lab, guest);
      await neutron(lab, 'net-delete', 'public');
      for (const { name, address } of hosts) await waitForAddressOn(lab, name, 'eno1', address);
    }

    for (const end of talks) {
      const said = await end();
      t.diagnostic(said);
      assert.match(said, /^echoed [1-9]\d+$/);
    }
  });
});
