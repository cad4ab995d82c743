import { peerUnreachable, underlayMtuSmall, vxlanRefused } from '../../../health/catalogue/underlay.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { udp, wayTo } from '../../../linux/probes/index.ts';
import { cloudOf } from '../../cloud.ts';
import type { DoctorContext } from '../../context.ts';
import { vxlanPort } from '../host/filters.ts';
import { hostNetworkOf, isOwn, tunnelCard } from './hostNetwork.ts';
import { type Need, tunnelNeed } from './needs.ts';
import { type Peer, tunnelPeers } from './tunnelPeers.ts';

/** An MTU that every card has. */
const SMALLEST = 84;

/** Whether the packets of tunnels reach the other hosts: each is sent one that may not be broken into fragments. */
export const peers: Check<DoctorContext> = {
  name: 'underlay: the way to the other hosts',
  async run(context) {
    const { root, host } = context;
    if (!root) return notChecked('it needs root');
    const [network, cloud] = await Promise.all([hostNetworkOf(context), cloudOf(context)]);
    const { localIp } = network;
    if (localIp === undefined)
      return notChecked('this host has no tunnels: enable_vxlan or local_ip is not set');
    if (localIp.includes(':')) return notChecked('local_ip is an IPv6 address, to which it does not send');
    if (!isOwn(network, localIp)) return notChecked(`local_ip ${localIp} is not on this host`);
    const found = await tunnelPeers(context);
    if (found.length === 0)
      return notChecked(cloud.facts ? 'no other host has reported a tunnel address' : cloud.why);
    const need = tunnelNeed(cloud.facts, tunnelCard(network)?.mtu ?? SMALLEST);
    const port = vxlanPort(context);
    const results = await Promise.all(found.map((peer) => lookAt(peer, { localIp, need, port, host })));
    const findings = results.flatMap(({ finding }) => (finding ? [finding] : []));
    const unknown = results.flatMap(({ unknown }) => (unknown ? [unknown] : []));
    if (findings.length === 0 && unknown.length > 0) return notChecked(unknown.join('; '));
    return failing(findings, ...results.flatMap(({ evidence }) => (evidence ? [evidence] : [])));
  },
};

interface Seen {
  readonly finding?: Finding;
  readonly evidence?: string;
  /** Why nothing can be said. */
  readonly unknown?: string;
}

interface From {
  readonly localIp: string;
  readonly need: Need;
  /** Of VXLAN. */
  readonly port: number;
  readonly host: string;
}

async function lookAt({ name, address }: Peer, from: From): Promise<Seen> {
  const { localIp, need, host } = from;
  const way = await wayTo(address, need.bytes, { source: localIp });
  const where = `from ${localIp} to ${address}`;
  switch (way.state) {
    case 'full': {
      const evidence = `${need.bytes} bytes from ${localIp} to ${name} (${address}): answered`;
      return refusal({ name, address }, from, evidence);
    }
    case 'silent':
      return { unknown: `${name} (${address}) does not answer to ping, which a firewall may forbid` };
    case 'unreachable': {
      const evidence = [`ping ${where}: ${way.why}`];
      return { finding: peerUnreachable.found({ peer: name, address, why: way.why }, { host, evidence }) };
    }
    case 'narrow': {
      const { largest, limit } = way;
      const evidence = [
        `${need.what} needs ${need.bytes} bytes`,
        `${need.bytes} bytes ${where}, not to be broken into fragments: not answered`,
        `${largest} bytes: ${limit === undefined ? 'answered' : `the most, says ${limit}`}`,
      ];
      const args = { peer: name, address, needed: need.bytes, largest, ...(limit ? { limit } : {}) };
      return { finding: underlayMtuSmall.found(args, { host, evidence }) };
    }
  }
}

/** Whether a firewall refuses tunnels to a host that is reached: a VXLAN packet without a network goes no further there. */
async function refusal(
  { name, address }: Peer,
  { localIp, port, host }: From,
  evidence: string,
): Promise<Seen> {
  const got = await udp(address, port, { source: localIp, payload: Buffer.alloc(8), milliseconds: 300 });
  if (got.result !== 'refused' || !got.forbidden) return { evidence };
  const seen = [evidence, `UDP port ${port} of ${address}: ${got.from} says that ${got.reason}`];
  const args = { peer: name, address, port, from: got.from };
  return { finding: vxlanRefused.found(args, { host, evidence: seen }) };
}
