import { nearest } from '../../../config/nearest.ts';
import { linuxBridge } from '../../../config/options/index.ts';
import {
  addressOnBridgedNic,
  mappedBridgeMissing,
  mappedNicDown,
  mappedNicElsewhere,
  mappedNicIsBridge,
  mappedNicMissing,
  mappedNicNoCarrier,
} from '../../../health/catalogue/nics.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { Finding, Where } from '../../../health/finding.ts';
import type { Address } from '../../../linux/addresses.ts';
import { hasCarrier } from '../../../linux/carrier.ts';
import type { Link } from '../../../linux/links.ts';
import type { DoctorContext } from '../../context.ts';
import { type Mapping, type Mappings, mappingFindings, readMappings } from './mappings.ts';

export type Links = ReadonlyMap<string, Link>;

/** Names of Neutron's own bridges and devices: none of them is a card. */
const BRIDGE = /^brq[0-9a-f-]{11}$/;
const OWN = /^(brq|tap|vxlan-|ns-|qr-|qg-|ha-)/;

/** Devices that a mapping may name. */
export const cardsOf = (links: Links): string[] =>
  [...links.values()]
    .filter(({ name, kind }) => name !== 'lo' && kind !== 'bridge' && !OWN.test(name))
    .map(({ name }) => name);

/** What is wrong with the card of one mapping. */
export function nicFindings(
  { nics, bridges }: Mappings,
  links: Links,
  carrier: (device: string) => boolean | undefined,
  where: Where,
): readonly Finding[] {
  const judge = (mapping: Mapping): Finding | undefined => {
    const { device } = mapping;
    const link = links.get(device);
    const seen = link ? { ...where, evidence: [describe(link)] } : where;
    if (!link) {
      const present = cardsOf(links);
      const meant = nearest(device, present) ?? (present.length === 1 ? present[0] : undefined);
      return mappedNicMissing.found(
        { ...mapping, present, ...(meant === undefined ? {} : { meant }) },
        where,
      );
    }
    if (link.kind === 'bridge') {
      const members = [...links.values()].filter(({ master }) => master === device).map(({ name }) => name);
      return mappedNicIsBridge.found({ ...mapping, members }, seen);
    }
    if (link.master !== undefined && !BRIDGE.test(link.master)) {
      const ours = bridges.some((one) => one.device === link.master);
      const kind = links.get(link.master)?.kind ?? 'bridge';
      if (!ours) return mappedNicElsewhere.found({ ...mapping, master: link.master, kind }, seen);
    }
    if (!link.up) return mappedNicDown.found(mapping, seen);
    return carrier(device) === false ? mappedNicNoCarrier.found(mapping, seen) : undefined;
  };
  return [
    ...nics.flatMap((mapping) => judge(mapping) ?? []),
    ...bridges
      .filter(({ device }) => links.get(device)?.kind !== 'bridge')
      .map((mapping) => mappedBridgeMissing.found(mapping, where)),
  ];
}

const describe = ({ name, kind, up, master, mtu }: Link): string =>
  `ip link: ${name} ${up ? 'UP' : 'DOWN'}${kind === undefined ? '' : ` ${kind}`} mtu ${mtu}${master === undefined ? '' : ` master ${master}`}`;

/** Addresses that somebody put back onto a card in a bridge; those that the kernel gives each device itself may be. */
export function strayAddresses(
  links: Links,
  addresses: readonly Address[],
  where: Where,
): readonly Finding[] {
  const cards = [...links.values()].filter(
    ({ master, kind }) => master !== undefined && links.get(master)?.kind === 'bridge' && kind !== 'bridge',
  );
  return cards.flatMap(({ name, master }) => {
    const stray = addresses.filter(
      ({ device, scope, cidr, dynamic }) =>
        device === name && scope === 'global' && !(cidr.includes(':') && dynamic),
    );
    if (stray.length === 0) return [];
    const evidence = stray.map(({ cidr }) => `ip address: ${cidr} dev ${name}, and ${name} is in ${master}`);
    const args = { device: name, bridge: master!, addresses: stray.map(({ cidr }) => cidr) };
    return [addressOnBridgedNic.found(args, { ...where, evidence })];
  });
}

const AGENT = 'neutron-linuxbridge-agent';

const mapped: Check<DoctorContext> = {
  name: 'network cards: mapped to physical networks',
  async run({ configOf, seen, host, unknown }) {
    const config = configOf(AGENT);
    if (config === undefined) return notChecked(unknown(AGENT));
    const options = config.group(linuxBridge);
    const mappings = readMappings(config);
    const pairs = [...mappings.nics, ...mappings.bridges];
    return failing(
      [
        ...mappingFindings('physical_interface_mappings', options.physical_interface_mappings, { host }),
        ...mappingFindings('bridge_mappings', options.bridge_mappings, { host }),
        ...nicFindings(mappings, await seen.links(), hasCarrier, { host }),
      ],
      pairs.map(({ physicalNetwork, device }) => `${physicalNetwork}: ${device}`).join(', ') ||
        'none is mapped',
    );
  },
};

const bridged: Check<DoctorContext> = {
  name: 'network cards: addresses of those in bridges',
  async run({ seen, host }) {
    return failing(
      strayAddresses(await seen.links(), await seen.addresses(), { host }),
      'no card in a bridge has an address of its own',
    );
  },
};

/** The cards that lead to physical networks. */
export const nicChecks: readonly Check<DoctorContext>[] = [mapped, bridged];
