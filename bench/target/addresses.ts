import { runIn } from '../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';

/**
 * Gives hosts back the addresses that they have lost, and says so on standard error: Python's Linux bridge agent moves a
 * host's address into the bridge of a flat network and back, and now and then it is on neither when the network has gone.
 * The host's own services, and all that is to be measured, are out of reach then.
 */
export async function keepAddresses(lab: Lab): Promise<void> {
  for (const { name, nics, gateway } of lab.topology.hosts) {
    const host = hostNamed(lab, name);
    for (const { name: nic, address } of nics) {
      if (!address) continue;
      const { stdout } = await runIn(host, ['ip', '-o', 'address', 'show', 'to', address.split('/')[0]!]);
      if (stdout.trim() !== '') continue;
      process.stderr.write(`${lab.name}: ${name} has lost ${address}; ${nic} gets it again\n`);
      const lines = [`addr add ${address} brd + dev ${nic}`];
      if (gateway) lines.push(`route replace default via ${gateway}`);
      await runIn(host, ['ip', '-batch', '-'], { input: `${lines.join('\n')}\n` });
    }
  }
}
