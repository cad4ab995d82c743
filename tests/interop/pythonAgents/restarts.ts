import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { kill9, processesOn, startAgain, stop } from '../../../src/lab/daemons.ts';
import { type RunningHost, runIn } from '../../../src/lab/host.ts';
import { rabbitmqctl, startRabbitmq } from '../../../src/lab/services/rabbitmq.ts';
import { serving } from './dhcp.ts';
import { allReport } from './reports.ts';
import { contains, eventually, hears, type Item, type Stage } from './stage.ts';
import { heard, trace } from './wire.ts';

const SERVER = { host: 'controller', name: 'neutron-server' };
const AGENTS = ['linuxbridge', 'dhcp', 'l3', 'metadata'].map((kind) => `neutron-${kind}-agent`);

/** What an agent asks when it starts from nothing. */
const WHOLE = ['get_active_networks_info', 'get_router_ids'];

/** A network with DHCP on which a change shows whether everybody still hears everybody. */
interface Probe {
  readonly network: Item;
  readonly host: RunningHost;
}

async function probe(stage: Stage): Promise<Probe> {
  const network = await stage.make('network', { name: 'probed' });
  await stage.make('subnet', { network_id: network.id, ip_version: 4, cidr: '172.16.80.0/24' });
  const host = await serving(stage, network.id);
  await contains(host, `/var/lib/neutron/dhcp/${network.id}/opts`, /option:router/);
  return { network, host };
}

let last = 100;

/** Makes a port; returns what waits until its agent has heard of it. */
async function change(stage: Stage, { network, host }: Probe): Promise<() => Promise<void>> {
  const address = `172.16.80.${++last}`;
  await stage.make('port', { network_id: network.id, fixed_ips: [{ ip_address: address }] });
  const pattern = new RegExp(address.replaceAll('.', '\\.'));
  return () => contains(host, `/var/lib/neutron/dhcp/${network.id}/host`, pattern);
}

const serverPids = (stage: Stage) =>
  processesOn(stage.controller)
    .filter(({ words }) => words.some((word) => word.includes('/neutron-server.log')))
    .map(({ pid }) => String(pid));

export async function restarts(stage: Stage): Promise<void> {
  const { lab, mark, controller } = stage;
  const probed = await probe(stage);

  // Our server dies and comes back: nobody has missed anything, so nobody asks for everything again.
  let since = mark();
  await kill9(lab, SERVER);
  await startAgain(lab, SERVER);
  await allReport(stage, since);
  await (await change(stage, probed))();
  const again = heard(lab)
    .slice(since)
    .filter(({ method }) => WHOLE.includes(method));
  assert.deepEqual(
    again.map(({ method }) => method),
    [],
    'no agent begins anew',
  );

  // It does not answer for longer than an agent waits: the agent asks again later.
  const pids = serverPids(stage);
  await runIn(controller, ['kill', '-STOP', ...pids]);
  await sleep(12_000);
  await runIn(controller, ['kill', '-CONT', ...pids]);
  since = mark();
  await allReport(stage, since);
  await (await change(stage, probed))();

  // The broker goes, a change is made meanwhile, and the broker comes back.
  await rabbitmqctl(controller, 'stop');
  const heardLater = await change(stage, probed);
  await startRabbitmq(controller);
  await eventually('the firehose', () => trace(controller));
  since = mark();
  await allReport(stage, since);
  await heardLater();
  await (await change(stage, probed))();

  // Python's agents start anew.
  since = mark();
  await Promise.all(
    ['controller', 'compute'].flatMap((host) =>
      AGENTS.map(async (name) => {
        await stop(lab, { host, name });
        await startAgain(lab, { host, name });
      }),
    ),
  );
  for (const method of [...WHOLE, 'get_devices_details_list']) await hears(stage, since, method);
  await allReport(stage, since);
  await (await change(stage, probed))();
}
