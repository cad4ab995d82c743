import { ip } from '../../../linux/batch.ts';
import { type DhcpAnswer, discover, takeLease } from '../../../linux/probes/index.ts';
import { failed, passed, patiently, type Runner } from './runner.ts';

/** Between question and answer there may be two hosts, and dnsmasq looks whether an address is free. */
const TRY = 2000;
/** For how long other servers are listened for: the first one that answers is not always the right one. */
const OTHERS = 700;

/**
 * Takes a lease. measured: `servers` that offer one; `address`, `server`, `mtu`, `gateway`, `dns`, `routes` ('DESTINATION via ROUTER'), `seconds`
 * as leased; when it fails, `offer`: who offered an address and then did not confirm it.
 */
export const dhcp: Runner<'dhcp'> = ({ netns, device }, { take, seconds }) =>
  patiently(seconds, async (left) => {
    const [got, offers] = await Promise.all([
      takeLease({ netns, device, milliseconds: Math.min(TRY, left) }),
      discover({ netns, device, milliseconds: OTHERS, all: true }),
    ]);
    if (got.result === 'no offer') return failed('no DHCP server offers an address');
    if (got.result !== 'leased') {
      const { address, server } = got.offer;
      return failed(`${server} offers ${address} by DHCP, then: ${got.result}`, { offer: server });
    }
    const { lease } = got;
    if (take) await ip(routeLines(lease, device), { netns });
    const servers = [...new Set([lease.server, ...offers.map(({ server }) => server)])].sort();
    const evidence = `${lease.server} leases ${lease.address}, MTU ${lease.mtu ?? 'not told'}, router ${lease.gateway ?? 'none'}`;
    return passed(evidence, { servers, ...measure(lease) });
  });

/** As a client sets them: with routes the router's address is not to be used (RFC 3442). */
const routeLines = ({ routes, gateway }: DhcpAnswer, device: string): string[] => {
  const told =
    routes.length > 0 ? routes : gateway === undefined ? [] : [{ destination: 'default', via: gateway }];
  return told.map(({ destination, via }) =>
    via === '0.0.0.0'
      ? `route replace ${destination} dev ${device}`
      : `route replace ${destination} via ${via} dev ${device}`,
  );
};

const measure = ({ address, server, mtu, gateway, dns, routes, leaseSeconds }: DhcpAnswer) => ({
  address,
  server,
  dns,
  routes: routes.map(({ destination, via }) => `${destination} via ${via}`),
  ...(mtu === undefined ? {} : { mtu }),
  ...(gateway === undefined ? {} : { gateway }),
  ...(leaseSeconds === undefined ? {} : { seconds: leaseSeconds }),
});
