import { nearest } from '../config/nearest.ts';
import {
  mappedBridgeMissing,
  mappedNicDown,
  mappedNicElsewhere,
  mappedNicIsBridge,
  mappedNicMissing,
  mappedNicNoCarrier,
} from '../health/catalogue/nics.ts';
import type { Finding, Where } from '../health/finding.ts';
import type { Link } from './links.ts';
import type { Mapping, Mappings } from './mappings.ts';

export type Links = ReadonlyMap<string, Link>;

/** Names of Neutron's own bridges and devices: none of them is a card. */
const BRIDGE = /^brq[0-9a-f-]{11}$/;
const OWN = /^(brq|tap|vxlan-|ns-|qr-|qg-|ha-)/;

/** Devices that a mapping may name. */
const cardsOf = (links: Links): string[] =>
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
