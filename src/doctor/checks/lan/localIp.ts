import { addressUsedTwice } from '../../../health/catalogue/underlay.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import { arp } from '../../../linux/probes/index.ts';
import type { DoctorContext } from '../../context.ts';
import { deviceWith, hostNetworkOf, speaksArp } from './hostNetwork.ts';

/** Whether somebody else on the LAN answers for this host's tunnel address. */
export const localIpOnce: Check<DoctorContext> = {
  name: 'underlay: local_ip is used once',
  async run(context) {
    if (!context.root) return notChecked('it needs root');
    const network = await hostNetworkOf(context);
    const address = network.localIp;
    const device = address === undefined ? undefined : deviceWith(network, address);
    if (address === undefined || device === undefined || address.includes(':'))
      return notChecked('no IPv4 local_ip is on this host');
    if (!speaksArp(network, device)) return notChecked(`${device} is down, or knows no ARP`);
    const own = new Set([...network.links.values()].map(({ mac }) => mac));
    const macs = (await arp(address, { device, milliseconds: 300 })).filter((mac) => !own.has(mac));
    const asked = `ARP on ${device}: who has ${address}?`;
    if (macs.length === 0) return failing([], `${asked} nobody else`);
    const evidence = [`${asked} ${macs.join(', ')}`];
    const args = { address, role: 'local_ip of this host', macs };
    return failing([addressUsedTwice.found(args, { host: context.host, evidence })]);
  },
};
