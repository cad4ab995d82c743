import * as binding from '../../../health/catalogue/binding.ts';
import * as links from '../../../health/catalogue/pathLinks.ts';
import { failing, pass } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import type { LinkRead } from '../../../rpc/readback.ts';
import { type Facts, networkLabel, type TraceNetwork } from '../facts.ts';
import { type Hop, look } from '../look.ts';
import { type Carrier, carrierOf } from './carrier.ts';
import { linkText } from './tap.ts';

/** The bridge of a network on a host, and the device by which the network leaves the host. */
export function bridgeHop(facts: Facts, network: TraceNetwork, host: string): Hop {
  const carrier = carrierOf(facts, network, host);
  const label = networkLabel(network);
  if (!carrier) {
    return {
      name: `bridge of network ${label}`,
      host,
      intended: { result: 'not checked', why: 'the network has no segment' },
      installed: 'the network has no segment',
      observed: NOTHING,
    };
  }
  const { bridge, uplink } = carrier;
  const at = { agent: 'Linux bridge agent', host } as const;
  const bridgeLink = { read: 'link', name: bridge } as const;
  const named = (findings: readonly Finding[]) => findings.map((finding) => ({ ...finding, host }));
  return {
    name: `bridge ${bridge} of network ${label}`,
    host,
    intended: intendedOf(carrier, network, host),
    installed:
      uplink === null
        ? look(at, { own: bridgeLink }, ({ own }) =>
            failing(named(judgeBridge(own, bridge, label)), ...texts({ [bridge]: own })),
          )
        : look(at, { own: bridgeLink, out: { read: 'link', name: uplink } }, ({ own, out }) =>
            failing(
              named([
                ...judgeBridge(own, bridge, label),
                ...judgeUplink(out, { device: uplink, bridge, network: label }),
              ]),
              ...texts({ [bridge]: own, [uplink]: out }),
            ),
          ),
    observed: NOTHING,
  };
}

const NOTHING = 'nothing is sent to a bridge itself';

const texts = (read: Readonly<Record<string, LinkRead | null>>): string[] =>
  Object.entries(read).flatMap(([name, link]) => (link ? [linkText(name, link)] : []));

function intendedOf({ uplink, tunnel }: Carrier, { segment, mtu }: TraceNetwork, host: string) {
  if (tunnel && tunnel.localIp === undefined)
    return failing([binding.tunnelTypeDisabled.found({ type: 'vxlan', host }, { host })]);
  const way = uplink === null ? 'the bridge is one that the operator made' : `joined with ${uplink}`;
  return pass(`${segment?.network_type} network, ${way}, MTU ${mtu}`);
}

export function judgeBridge(own: LinkRead | null, bridge: string, network: string): Finding[] {
  if (own === null) return [links.bridgeMissing.found({ bridge, network })];
  return own.up ? [] : [links.bridgeDown.found({ bridge, network }, { evidence: [linkText(bridge, own)] })];
}

export function judgeUplink(
  out: LinkRead | null,
  { device, bridge, network }: { readonly device: string; readonly bridge: string; readonly network: string },
): Finding[] {
  if (out === null) return [links.uplinkMissing.found({ device, network })];
  const evidence = [linkText(device, out)];
  return [
    ...(out.up ? [] : [links.uplinkDown.found({ device, network }, { evidence })]),
    ...(out.master === bridge
      ? []
      : [links.uplinkNotInBridge.found({ device, bridge, master: out.master }, { evidence })]),
  ];
}
