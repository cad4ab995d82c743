import { poolAddressInUse } from '../../../health/catalogue/lan.ts';
import { type Check, failing, notChecked, pass } from '../../../health/checks.ts';
import { type ArpAnswers, arpScan } from '../../../linux/probes/index.ts';
import { compareAddresses, formatAddress, parseAddress } from '../../../net/address.ts';
import type { CloudFacts } from '../../../rpc/facts.ts';
import { cloudOf } from '../../cloud.ts';
import type { DoctorContext } from '../../context.ts';
import { hostNetworkOf, isOwn } from './hostNetwork.ts';
import { type ProviderSubnet, providerSubnets } from './providers.ts';

/** Addresses of one subnet that are asked for: a short burst that no LAN minds. */
const LIMIT = 256;

/** Whether somebody on the LAN uses addresses that Neutron will give away. */
export const pools: Check<DoctorContext> = {
  name: 'LAN: allocation pools',
  async run(context) {
    const { root, host } = context;
    if (!root) return notChecked('it needs root');
    const [network, cloud] = await Promise.all([hostNetworkOf(context), cloudOf(context)]);
    if (!cloud.facts) return notChecked(cloud.why);
    const { facts } = cloud;
    const subnets = providerSubnets(facts, network);
    if (subnets.length === 0)
      return pass('no provider network with an IPv4 subnet leads to a card of this host');
    const ownMacs = new Set(facts.ports.map(({ mac_address }) => mac_address));
    const seen = await Promise.all(
      subnets.map(async (one) => {
        const free = freeAddresses(one, facts);
        const answers = await arpScan(free.slice(0, LIMIT), { device: one.device, milliseconds: 400 });
        const proxy = proxyOf(answers, free.length);
        const others = [...answers].filter(([, macs]) =>
          macs.some((mac) => mac !== proxy && !ownMacs.has(mac)),
        );
        const taken = others.map(([address, macs]) => `${address} (${macs.join(', ')})`);
        const ours = free.filter((address) => isOwn(network, address));
        const used = [...ours.map((address) => `${address} (this host)`), ...taken];
        const rest = without(one.subnet.allocation_pools, [...ours, ...others.map(([address]) => address)]);
        const said = [...used, ...(proxy ? [`${proxy} answers for all of them (proxy ARP)`] : [])];
        return { one, asked: Math.min(free.length, LIMIT), free: free.length, used, rest, said };
      }),
    );
    const lines = seen.map(
      ({ one, asked, free, said }) =>
        `ARP on ${one.device} for ${asked} of the ${free} free addresses of subnet ${one.name}: ${said.join(', ') || 'no answer'}`,
    );
    return failing(
      seen.flatMap(({ one, used, rest }, index) =>
        used.length === 0
          ? []
          : [
              poolAddressInUse.found(
                { subnet: one.name, used, rest },
                { host, subject: { resource: 'subnet', id: one.subnet.id }, evidence: [lines[index]!] },
              ),
            ],
      ),
      ...lines,
    );
  },
};

/** The MAC of a router that answers for most of what is asked, whoever has it: it says nothing of the addresses. */
export function proxyOf(answers: ArpAnswers, asked: number): string | undefined {
  const byMac = Map.groupBy([...answers.values()].flat(), (mac) => mac);
  return [...byMac].find(([, times]) => times.length > 8 && times.length > Math.min(asked, LIMIT) / 2)?.[0];
}

type Ranges = readonly { readonly start: string; readonly end: string }[];

/** Ranges of IPv4 addresses without some of them. */
export function without(ranges: Ranges, addresses: readonly string[]): Ranges {
  const [gap, ...more] = addresses;
  if (gap === undefined) return ranges;
  const beside = (step: bigint) => formatAddress({ version: 4, value: parseAddress(gap)!.value + step });
  const left = ranges.flatMap(({ start, end }) => {
    if (compareAddresses(gap, start) < 0 || compareAddresses(gap, end) > 0) return [{ start, end }];
    return [
      ...(gap === start ? [] : [{ start, end: beside(-1n) }]),
      ...(gap === end ? [] : [{ start: beside(1n), end }]),
    ];
  });
  return without(left, more);
}

/** Addresses of a subnet's pools that no port has. */
export function freeAddresses({ subnet, network }: ProviderSubnet, { ports }: CloudFacts): string[] {
  const taken = new Set(
    ports.filter(({ network_id }) => network_id === network.id).flatMap(({ addresses }) => addresses),
  );
  return subnet.allocation_pools.flatMap(({ start, end }) => {
    const [first, last] = [parseAddress(start)!.value, parseAddress(end)!.value];
    // A few more than are asked for, as some of them are taken.
    const count = Math.min(Number(last - first) + 1, LIMIT + taken.size);
    return Array.from({ length: count }, (_, index) =>
      formatAddress({ version: 4, value: first + BigInt(index) }),
    ).filter((address) => !taken.has(address));
  });
}
