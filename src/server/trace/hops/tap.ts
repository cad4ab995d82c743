import * as path from '../../../health/catalogue/path.ts';
import * as links from '../../../health/catalogue/pathLinks.ts';
import * as ports from '../../../health/catalogue/ports.ts';
import { failing } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { tapName } from '../../../net/names.ts';
import { isUnbound } from '../../../net/vifTypes.ts';
import type { LinkRead } from '../../../rpc/readback.ts';
import { type Facts, isNeutrons, labelOf, portText, type TracePort } from '../facts.ts';
import { type Hop, type Look, look, stops } from '../look.ts';
import { carrierOf } from './carrier.ts';

/** The device of a port on its host, and its place in the bridge of its network. */
export function tapHop(facts: Facts, port: TracePort, host: string | null, observed: Look | string): Hop {
  const device = tapName(port.id);
  const label = labelOf(port);
  const name = `${device} of ${portText(port)}`;
  const subject = { resource: 'port', id: port.id };
  const vifType = port['binding:vif_type'] ?? 'unbound';
  if (host === null) {
    const finding = stops(ports.portWithoutHost.found({ port: port.id }, { subject }));
    return { name, host, intended: failing([finding]), installed: 'the port is on no host', observed };
  }
  if (isUnbound(vifType) && !isNeutrons(port)) {
    const finding = path.portNotBound.found({ port: port.id, host, vifType }, { subject });
    return { name, host, intended: failing([finding]), installed: 'the port is not bound', observed };
  }
  const network = facts.networks.get(port.network_id)!;
  const bridge = carrierOf(facts, network, host)?.bridge;
  const findings = port.admin_state_up
    ? []
    : [stops(ports.portDisabled.found({ port: port.id }, { host, subject }))];
  return {
    name,
    host,
    intended: failing(findings, `in bridge ${bridge ?? 'of its network'}, MTU ${network.mtu}`),
    installed: look(
      { agent: 'Linux bridge agent', host },
      { tap: { read: 'link', name: device } },
      ({ tap }) =>
        failing(
          judgeTap(tap, { device, port: label, bridge, mtu: network.mtu }).map((finding) => ({
            ...finding,
            host,
            subject,
          })),
          ...(tap ? [linkText(device, tap)] : []),
        ),
    ),
    observed,
  };
}

interface Wanted {
  readonly device: string;
  readonly port: string;
  readonly bridge: string | undefined;
  readonly mtu: number;
}

/** Compares a port's device with what it should be. Pure. */
export function judgeTap(tap: LinkRead | null, { device, port, bridge, mtu }: Wanted): Finding[] {
  if (tap === null) return [links.tapMissing.found({ device, port })];
  const evidence = [linkText(device, tap)];
  const found: Finding[] = [];
  if (!tap.up) found.push(links.tapDown.found({ device, port }, { evidence }));
  else if (!tap.carrier) found.push(links.tapUnplugged.found({ device, port }, { evidence }));
  if (bridge !== undefined && tap.master !== bridge)
    found.push(links.tapNotInBridge.found({ device, bridge, master: tap.master }, { evidence }));
  if (mtu > 0 && tap.mtu !== mtu)
    found.push(links.deviceMtu.found({ device, mtu: tap.mtu, wanted: mtu }, { evidence }));
  return found;
}

/** A device as one line. */
export const linkText = (name: string, { up, carrier, mtu, master }: LinkRead): string =>
  `${name}: ${up ? (carrier ? 'up' : 'up without carrier') : 'down'}, MTU ${mtu}${master === null ? ', in no bridge' : `, in ${master}`}`;
