import { addGuest } from '../../../src/lab/guests.ts';
import { runIn } from '../../../src/lab/host.ts';
import { hostNamed } from '../../../src/lab/lab.ts';
import { waitFor } from '../../../src/lab/waitFor.ts';
import { tapName } from '../../../src/net/names.ts';
import { type MovingPort, plugPaused, setGuest } from '../../faults/support/movingGuest.ts';
import { reaches, type Stage, shows } from './steps.ts';

/**
 * A guest moves to the other host as Nova moves it: a second binding, which becomes the active one. Python's server sets
 * the port down before it tells its mechanism drivers, so that l2population sees no port that left: nobody hears that
 * the guest is no more where it was, and where it went this stays in the forwarding table until an agent asks for all.
 */
export async function liveMigration({ lab, cloud: { guests }, rest }: Stage): Promise<void> {
  const [source, target] = [hostNamed(lab, 'compute'), hostNamed(lab, 'controller')];
  const moves = await addGuest(lab, {
    name: 'moves',
    host: 'compute',
    network: 'carried',
    securityGroups: ['open'],
  });
  const [path, tap] = [`ports/${moves.portId}`, tapName(moves.portId)];
  const port = async () =>
    (await rest.get<{ port: MovingPort & { 'binding:host_id': string; status: string } }>(path)).port;
  await reaches(guests.ha!, moves.address);

  await rest.post(`${path}/bindings`, { binding: { host: 'controller' } });
  await plugPaused(target, 'moved', await port(), moves.address);
  await setGuest(source, 'moves', 'down');
  await setGuest(target, 'moved', 'up');
  await rest.put(`${path}/bindings/controller/activate`);
  await waitFor('the port to be ACTIVE where it went', async () => {
    const { status, 'binding:host_id': host } = await port();
    if (host !== 'controller' || status !== 'ACTIVE') throw new Error(`${status} on ${host}`);
  });
  await shows(source, `ip -o link show ${tap}`, / master /, false);
  await reaches(guests.ha!, moves.address);

  await rest.delete(`${path}/bindings/compute`);
  await rest.delete(path);
  for (const [host, name] of [
    [source, 'moves'],
    [target, 'moved'],
  ] as const) {
    await runIn(host, ['sh', '-c', `ip link del ${tap}; ip netns del ${name}`]);
    await shows(host, 'iptables-save; ebtables-save', new RegExp(tap.slice(3)), false);
  }
}
