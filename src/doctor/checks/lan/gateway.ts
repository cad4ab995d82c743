import { defaultGatewaySilent } from '../../../health/catalogue/lan.ts';
import { addressUsedTwice } from '../../../health/catalogue/underlay.ts';
import { type Check, failing, notChecked, pass } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';
import { whoHas } from './asking.ts';
import { hostNetworkOf, speaksArp } from './hostNetwork.ts';

/** Whether the host's own default gateway is there, once. */
export const defaultGateway: Check<DoctorContext> = {
  name: "LAN: this host's default gateway",
  async run(context) {
    const { root, host } = context;
    if (!root) return notChecked('it needs root');
    const network = await hostNetworkOf(context);
    const [route] = network.routes
      .filter(({ destination, via, device }) => destination === 'default' && via && device)
      .toSorted((a, b) => (a.metric ?? 0) - (b.metric ?? 0));
    if (!route) return pass('this host has no default route over IPv4');
    const { via: gateway, device } = route as { via: string; device: string };
    if (!speaksArp(network, device)) return notChecked(`${device} is down, or knows no ARP`);
    const macs = await whoHas(gateway, device, network);
    const evidence = [`ARP on ${device}: who has ${gateway}? ${macs.join(', ') || 'no answer'}`];
    if (macs.length === 1) return pass(...evidence);
    const where = { host, evidence };
    const role = 'the default gateway of this host';
    return failing([
      macs.length === 0
        ? defaultGatewaySilent.found({ gateway, device }, where)
        : addressUsedTwice.found({ address: gateway, role, macs: macs.slice(1) }, where),
    ]);
  },
};
