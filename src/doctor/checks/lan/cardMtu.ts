import { nicMtuSmall } from '../../../health/catalogue/underlay.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import { cloudOf } from '../../cloud.ts';
import type { DoctorContext } from '../../context.ts';
import { cardBelow } from '../host/nics.ts';
import { hostNetworkOf, tunnelCard } from './hostNetwork.ts';
import { type Need, physicalNeed, tunnelNeed } from './needs.ts';

/** The MTU of each card against the packets of the networks that use it. */
export const cardMtu: Check<DoctorContext> = {
  name: 'underlay: MTU of network cards',
  async run(context) {
    const [network, { facts }] = await Promise.all([hostNetworkOf(context), cloudOf(context)]);
    const needs = [...network.mappings].flatMap(([physicalNetwork, device]): [string, Need][] => {
      const need = facts && physicalNeed(facts, physicalNetwork);
      return need ? [[cardBelow(network.links, device), need]] : [];
    });
    const tunnels = tunnelCard(network);
    if (tunnels) needs.push([tunnels.name, tunnelNeed(facts, tunnels.mtu)]);
    const seen = needs.flatMap(([device, need]) => {
      const mtu = network.links.get(device)?.mtu;
      return mtu === undefined ? [] : [{ device, mtu, need }];
    });
    if (seen.length === 0) return notChecked('no network card is configured for networks or tunnels');
    const evidence = seen.map(
      ({ device, mtu, need }) => `${device} has MTU ${mtu}, ${need.what} needs ${need.bytes}`,
    );
    const worst = Map.groupBy(
      seen.filter(({ mtu, need }) => mtu < need.bytes),
      ({ device }) => device,
    );
    return failing(
      [...worst].map(([device, cases]) => {
        const { mtu, need } = cases.toSorted((a, b) => b.need.bytes - a.need.bytes)[0]!;
        const args = { device, mtu, needed: need.bytes, what: need.what };
        return nicMtuSmall.found(args, { host: context.host, evidence });
      }),
      ...evidence,
    );
  },
};
