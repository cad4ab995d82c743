import {
  gatewayIsThisHost,
  providerGatewaySilent,
  subnetNotTheLan,
  subnetPrefixDiffers,
} from '../../../health/catalogue/lan.ts';
import { addressUsedTwice } from '../../../health/catalogue/underlay.ts';
import { type Check, failing, notChecked, pass } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { readSysctl } from '../../../linux/sysctl.ts';
import { cidrContains, overlaps, parseCidr } from '../../../net/cidr.ts';
import { cloudOf } from '../../cloud.ts';
import type { DoctorContext } from '../../context.ts';
import { whoHas } from './asking.ts';
import { addressesAt, type HostNetwork, hostNetworkOf, isOwn, networkOf } from './hostNetwork.ts';
import { type ProviderSubnet, providerSubnets } from './providers.ts';

/** Whether the subnets of provider networks are those of the LAN, and their gateways are there. */
export const lanSubnets: Check<DoctorContext> = {
  name: 'LAN: subnets of provider networks',
  async run(context) {
    if (!context.root) return notChecked('it needs root');
    const [network, cloud] = await Promise.all([hostNetworkOf(context), cloudOf(context)]);
    if (!cloud.facts) return notChecked(cloud.why);
    const subnets = providerSubnets(cloud.facts, network);
    if (subnets.length === 0)
      return pass('no provider network with an IPv4 subnet leads to a card of this host');
    const seen = await Promise.all(subnets.map((one) => lookAt(one, network, context.host)));
    return failing(
      seen.flatMap(({ findings }) => findings),
      ...seen.flatMap(({ evidence }) => evidence),
    );
  },
};

async function lookAt(
  { network: { id, name: title }, subnet, name, device }: ProviderSubnet,
  network: HostNetwork,
  host: string,
): Promise<{ findings: Finding[]; evidence: string[] }> {
  const { cidr, gateway_ip: gateway } = subnet;
  const present = [...new Set(addressesAt(network, device).map(networkOf))];
  const own = gateway !== null && isOwn(network, gateway);
  const macs = gateway === null || own ? [] : await whoHas(gateway, device, network);
  const evidence = [
    `subnet ${name}: ${cidr}${gateway === null ? '' : `, gateway ${gateway}`}`,
    `addresses of ${device}: ${addressesAt(network, device).join(', ') || 'none'}`,
    ...(gateway === null || own
      ? []
      : [`ARP on ${device}: who has ${gateway}? ${macs.join(', ') || 'no answer'}`]),
  ];
  const where = { host, subject: { resource: 'subnet', id: subnet.id }, evidence };
  const findings: Finding[] = [];
  const router = lanRouter(network, device);
  const meant = router !== undefined && cidrContains(cidr, router) ? { meant: router } : {};
  const elsewhere = { network: title || id, subnet: name, cidr, device, present };
  const near = present.filter((one) => overlaps(parseCidr(one)!, parseCidr(cidr)!));
  if (present.length > 0 && near.length === 0 && gateway !== null && macs.length === 0)
    findings.push(
      subnetNotTheLan.found({ ...elsewhere, ...(router === undefined ? {} : { gateway: router }) }, where),
    );
  if (near.length > 0 && !near.includes(cidr))
    findings.push(subnetPrefixDiffers.found({ ...elsewhere, present: near }, where));
  if (gateway !== null && !own && macs.length === 0)
    findings.push(providerGatewaySilent.found({ gateway, subnet: name, device, ...meant }, where));
  if (gateway !== null && macs.length > 1) {
    const role = `the gateway of subnet ${name}`;
    findings.push(addressUsedTwice.found({ address: gateway, role, macs: macs.slice(1) }, where));
  }
  if (gateway !== null && own && readSysctl('net/ipv4/ip_forward') === '0')
    findings.push(gatewayIsThisHost.found({ gateway, subnet: name, ...meant }, where));
  return { findings, evidence };
}

/** This host's default gateway, when it is on the LAN of the device. */
function lanRouter(network: HostNetwork, device: string): string | undefined {
  const lans = addressesAt(network, device);
  return network.routes.find(
    ({ destination, via }) => destination === 'default' && via && lans.some((lan) => cidrContains(lan, via)),
  )?.via;
}
