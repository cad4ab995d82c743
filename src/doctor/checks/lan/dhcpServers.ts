import { dhcpRangeInPool, externalNetworkServesDhcp, twoDhcpServers } from '../../../health/catalogue/lan.ts';
import { type Check, failing, notChecked, pass } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { type DhcpAnswer, discover } from '../../../linux/probes/index.ts';
import { compareAddresses } from '../../../net/address.ts';
import type { CloudFacts } from '../../../rpc/facts.ts';
import { cloudOf } from '../../cloud.ts';
import type { DoctorContext } from '../../context.ts';
import { hostNetworkOf, speaksArp } from './hostNetwork.ts';
import { type ProviderSubnet, providerSubnets } from './providers.ts';

const LISTEN_MS = 2000;

/** Whether the LAN has a DHCP server that is not Neutron's: asked by a DHCPDISCOVER, which takes no lease. */
export const dhcpServers: Check<DoctorContext> = {
  name: 'LAN: other DHCP servers',
  async run(context) {
    const { root, host, askLan } = context;
    if (!askLan) return notChecked('it asks the LAN, which others there can see: --ask-lan allows it');
    if (!root) return notChecked('it needs root');
    const [network, cloud] = await Promise.all([hostNetworkOf(context), cloudOf(context)]);
    if (!cloud.facts) return notChecked(cloud.why);
    const { facts } = cloud;
    const subnets = providerSubnets(facts, network);
    const devices = new Set([
      ...subnets.map(({ device }) => device),
      ...[...network.mappings.values()].filter((device) => speaksArp(network, device)),
    ]);
    if (devices.size === 0) return notChecked('no physical network leads to a card of this host that is up');
    const seen = await Promise.all(
      [...devices].map(async (device) => {
        const offers = await discover({ device, all: true, milliseconds: LISTEN_MS });
        return { device, offers: offers.filter((offer) => !isNeutrons(offer, facts)) };
      }),
    );
    const lines = seen.map(
      ({ device, offers }) =>
        `DHCPDISCOVER on ${device}: ${offers.map(describe).join(', ') || 'no offer but those of Neutron'}`,
    );
    const findings = seen.flatMap(({ device, offers }, index) =>
      offers.flatMap((offer) =>
        subnets
          .filter((one) => one.device === device)
          .flatMap((one) => conflicts(offer, one, { host, evidence: [lines[index]!] })),
      ),
    );
    return failing(findings, ...lines);
  },
};

const describe = ({ server, mac, address }: DhcpAnswer) => `${server} (${mac}) offers ${address}`;

function isNeutrons({ server, mac }: DhcpAnswer, { ports }: CloudFacts): boolean {
  return ports.some(({ mac_address, addresses }) => mac_address === mac || addresses.includes(server));
}

function conflicts(
  { server, address }: DhcpAnswer,
  { subnet, name, device }: ProviderSubnet,
  at: { host: string; evidence: string[] },
): Finding[] {
  const where = { ...at, subject: { resource: 'subnet', id: subnet.id } };
  const args = { subnet: name, server, device };
  if (subnet.enable_dhcp) return [twoDhcpServers.found(args, where)];
  const inPool = subnet.allocation_pools.some(
    ({ start, end }) => compareAddresses(start, address) <= 0 && compareAddresses(address, end) <= 0,
  );
  return inPool ? [dhcpRangeInPool.found({ ...args, offered: address }, where)] : [];
}

/** Whether Neutron serves DHCP on the LAN of an external network, which is worth knowing. */
export const externalDhcp: Check<DoctorContext> = {
  name: 'LAN: DHCP on external networks',
  async run(context) {
    const [network, cloud] = await Promise.all([hostNetworkOf(context), cloudOf(context)]);
    if (!cloud.facts) return notChecked(cloud.why);
    const external = providerSubnets(cloud.facts, network).filter((one) => one.network.external);
    if (external.length === 0) return pass('no external network leads to a card of this host');
    return failing(
      external
        .filter(({ subnet }) => subnet.enable_dhcp)
        .map(({ subnet, name, network: { id, name: title } }) =>
          externalNetworkServesDhcp.found(
            { subnet: name, network: title || id },
            {
              host: context.host,
              subject: { resource: 'subnet', id: subnet.id },
              evidence: [`enable_dhcp of subnet ${name} is True`],
            },
          ),
        ),
      'enable_dhcp is off on the subnets of external networks',
    );
  },
};
