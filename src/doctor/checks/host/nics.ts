import { linuxBridge } from '../../../config/options/index.ts';
import { addressOnBridgedNic } from '../../../health/catalogue/nics.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { Finding, Where } from '../../../health/finding.ts';
import type { Address } from '../../../linux/addresses.ts';
import { hasCarrier } from '../../../linux/carrier.ts';
import { type Links, nicFindings } from '../../../linux/mappedCards.ts';
import { mappingFindings } from '../../../linux/mappings.ts';
import type { DoctorContext } from '../../context.ts';
import { readMappings } from './mappings.ts';

/** The card below a bridge, or the device itself. */
export const cardBelow = (links: Links, device: string): string =>
  links.get(device)?.kind === 'bridge'
    ? ([...links.values()].find(({ master, name }) => master === device && !/^(tap|vxlan-)/.test(name))
        ?.name ?? device)
    : device;

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
