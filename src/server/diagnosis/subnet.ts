import {
  gatewayInPool,
  gatewayOutsideSubnet,
  subnetNearlyUsedUp,
  subnetUsedUp,
  subnetWithoutDhcp,
  subnetWithoutGateway,
  subnetWithoutNameserver,
} from '../../health/catalogue/networks.ts';
import { failing, pass } from '../../health/checks.ts';
import { compareAddresses } from '../../net/address.ts';
import { cidrContains } from '../../net/cidr.ts';
import { type Judge, whenAsked } from './judge.ts';
import type { Kind } from './kind.ts';
import type { Model } from './model/index.ts';
import type { SubnetFacts } from './model/subnets.ts';
import { dhcpOf } from './network.ts';

const subjectOf = ({ id }: SubnetFacts) => ({ resource: 'subnet', id });

const all = ({ networks }: Model): SubnetFacts[] => [...networks.values()].flatMap(({ subnets }) => subnets);

/** What is looked at of every subnet. */
export const subnetJudges: readonly Judge<SubnetFacts>[] = [
  {
    name: 'addresses left',
    judge(subnet) {
      const { id, cidr, size, taken } = subnet;
      const left = size - BigInt(taken);
      const where = {
        subject: subjectOf(subnet),
        evidence: [`${taken} of ${size} addresses of its pools are taken`],
      };
      const shown = { subnet: id, cidr, size: String(size) };
      if (left <= 0n) return failing([subnetUsedUp.found(shown, where)]);
      // Of a small pool, few are always left.
      if (size >= 10n && left * 10n <= size) {
        return failing([subnetNearlyUsedUp.found({ ...shown, left: String(left) }, where)]);
      }
      return pass(...where.evidence);
    },
  },
  {
    name: 'gateway',
    judge(subnet) {
      const { id, gateway, cidr, pools } = subnet;
      const subject = subjectOf(subnet);
      if (gateway === null) return failing([subnetWithoutGateway.found({ subnet: id }, { subject })]);
      // A router of IPv6 is often spoken to by its address of the link, which is on no subnet.
      const link = gateway.toLowerCase().startsWith('fe80:');
      if (!link && !cidrContains(cidr, gateway)) {
        return failing([gatewayOutsideSubnet.found({ subnet: id, gateway, cidr }, { subject })]);
      }
      const pool = pools.find(
        ({ first, last }) => compareAddresses(first, gateway) <= 0 && compareAddresses(gateway, last) <= 0,
      );
      return failing(
        pool
          ? [gatewayInPool.found({ subnet: id, gateway, pool: `${pool.first}-${pool.last}` }, { subject })]
          : [],
        `gateway ${gateway}`,
      );
    },
  },
  {
    name: 'DHCP',
    judge: (subnet, model) =>
      subnet.dhcp
        ? dhcpOf.judge(model.networks.get(subnet.networkId)!, model)
        : failing([subnetWithoutDhcp.found({ subnet: subnet.id }, { subject: subjectOf(subnet) })]),
    standing: whenAsked,
  },
  {
    name: 'DNS servers',
    judge: (subnet) =>
      failing(
        subnet.dhcp && subnet.nameservers === 0
          ? [subnetWithoutNameserver.found({ subnet: subnet.id }, { subject: subjectOf(subnet) })]
          : [],
        `${subnet.nameservers} named`,
      ),
    standing: whenAsked,
  },
];

/** Subnets. */
export const subnetKind = (networkOf: (id: string) => Promise<string | undefined>): Kind<SubnetFacts> => ({
  resource: 'subnet',
  wanted: async (id) => {
    const network = await networkOf(id);
    return { networks: network === undefined ? [] : [network] };
  },
  all,
  find: (model, id) => all(model).find((subnet) => subnet.id === id),
  judges: subnetJudges,
  closer: [],
});
