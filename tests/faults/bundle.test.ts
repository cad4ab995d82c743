import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kill9 } from '../../src/lab/daemons.ts';
import { embedded } from '../../src/lab/deployments/embedded.ts';
import { neutron } from '../../src/lab/guests.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed, operatorEnv } from '../../src/lab/lab.ts';
import { waitFor } from '../../src/lab/waitFor.ts';
import { withLab } from './support/withLab.ts';

const SECRET = 'Pl4nted-Secret';

test('a bundle holds every host whose agent answers, without its secrets, and names those that do not', async () => {
  await withLab('bundle', embedded, async (lab) => {
    const [controller, compute] = ['controller', 'compute'].map((name) => hostNamed(lab, name));
    await waitFor('the agent of compute', async () =>
      assert.match(await neutron(lab, 'agent-list'), /compute/),
    );
    await runIn(compute!, [
      'sh',
      '-ec',
      `echo "[vendor]\nadmin_password = ${SECRET}" >> /etc/neutron/neutron.conf; echo "ERROR it was ${SECRET}" >> /var/log/neutron/neutron-linuxbridge-agent.log`,
    ]);
    const bundle = async () => {
      const script =
        'cd /run && rm -rf neutron-bundle && neutron-doctor bundle -o b.tar.gz >&2 && tar xzf b.tar.gz && cat neutron-bundle/index.json';
      const { stdout } = await runIn(controller!, ['sh', '-ec', script], { env: operatorEnv(lab) });
      const index = JSON.parse(stdout) as {
        hosts: { host: string; result: string; by?: string; why?: string }[];
      };
      return index.hosts.map(({ host, result, by, why }) => ({ host, result, said: by ?? why }));
    };
    assert.deepEqual(await bundle(), [
      { host: 'controller', result: 'collected', said: 'neutron-doctor' },
      { host: 'compute', result: 'collected', said: 'Linux bridge agent' },
    ]);
    const read = (path: string) => runIn(controller!, ['cat', `/run/neutron-bundle/${path}`]);
    assert.match((await read('hosts/compute/etc/neutron/neutron.conf')).stdout, /^admin_password = \*\*\*$/m);
    assert.match(
      (await read('hosts/compute/var/log/neutron/neutron-linuxbridge-agent.log')).stdout,
      /^ERROR it was \*\*\*$/m,
    );
    assert.match((await read('hosts/compute/kernel/ip_address.txt')).stdout, /192\.168\.81\.65\/24/);
    assert.match((await read('api/agents.json')).stdout, /"Linux bridge agent"/);
    const { stdout } = await runIn(
      controller!,
      ['grep', '-rlE', `${SECRET}|PRIVATE`, '/run/neutron-bundle'],
      { allowed: [0, 1] },
    );
    assert.equal(stdout, '');

    await kill9(lab, { host: 'compute', name: 'neutron-linuxbridge-agent' });
    const silent = (await bundle())[1]!;
    assert.deepEqual([silent.host, silent.result], ['compute', 'did not answer']);
    // The hub learns of the death at its next heartbeat: until then the question waits.
    assert.match(silent.said!, /^Linux bridge agent: (it does not run, or is not ours|Timed out)/);
  });
});
