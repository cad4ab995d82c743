import { overlaps, parseCidr } from '../../../net/cidr.ts';

/** Link-local networks with a use of their own: metadata, and what distributed routers talk to their host with. */
const TAKEN = ['169.254.169.254/32', '169.254.64.0/18'];

/** A router's VRID as an address in the first link-local /24 that neither they nor the HA network use. */
export function primaryAddress(vrId: number, haCidrs: readonly string[]): string {
  const taken = [...TAKEN, ...haCidrs].flatMap((cidr) => parseCidr(cidr) ?? []);
  for (let third = 0; third < 256; third++) {
    const block = parseCidr(`169.254.${third}.0/24`)!;
    if (!taken.some((other) => overlaps(block, other))) return `169.254.${third}.${vrId}/24`;
  }
  throw new Error(
    `The HA network ${haCidrs.join(', ')} leaves no link-local /24 for VRRP; see l3_ha_net_cidr`,
  );
}
