import * as lan from '../../../health/catalogue/lan.ts';
import * as links from '../../../health/catalogue/pathLinks.ts';
import * as routers from '../../../health/catalogue/pathRouters.ts';
import { addressUsedTwice } from '../../../health/catalogue/underlay.ts';
import { failing, notChecked, type Outcome, pass } from '../../../health/checks.ts';
import { dhcpDeviceName, dhcpNamespace, routerNamespace } from '../../../net/names.ts';
import { labelOf, networkLabel, type TraceNetwork, type TracePort, type TraceRouter } from '../facts.ts';
import { type Hop, type Look, look } from '../look.ts';
import { deviceOf, type portsOf } from '../path/routing.ts';

/** dnsmasq of a network, and what it gives to the port that asks. */
export function dhcpHop(network: TraceNetwork, host: string, asking: TracePort): Hop {
  const netns = dhcpNamespace(network.id);
  const label = networkLabel(network);
  const mac = asking.mac_address;
  const address = asking.fixed_ips[0]?.ip_address ?? '';
  return {
    name: `DHCP of network ${label}`,
    host,
    intended: pass(`dnsmasq gives ${address} to ${mac}`),
    installed: look(
      { agent: 'DHCP agent', host },
      {
        namespace: { read: 'namespace', name: netns },
        served: { read: 'dhcpHost', networkId: network.id, mac },
      },
      ({ namespace, served }) => {
        if (!namespace) return failing([routers.dhcpNamespaceMissing.found({ namespace: netns }, { host })]);
        if (!served.running) return failing([routers.dnsmasqDead.found({ network: label }, { host })]);
        if (!served.addresses.includes(address))
          return failing([routers.dhcpHostMissing.found({ network: label, mac, address }, { host })]);
        return pass(`dnsmasq runs and knows ${mac}: ${served.addresses.join(', ')}`);
      },
    ),
    observed: 'asked by neutron verify',
  };
}

/** The proxy that takes requests for metadata out of a namespace. */
export function metadataHop(
  agent: 'L3 agent' | 'DHCP agent',
  { host, netns, port }: { host: string; netns: string; port: number },
): Hop {
  const asked = {
    namespace: { read: 'namespace', name: netns },
    listens: { read: 'listens', netns, port },
  } as const;
  return {
    name: `metadata proxy in ${netns}`,
    host,
    intended: pass(`haproxy listens at port ${port}`),
    installed: look({ agent, host }, asked, ({ namespace, listens }) => {
      if (!namespace && agent === 'DHCP agent')
        return failing([routers.dhcpNamespaceMissing.found({ namespace: netns }, { host })]);
      return listens
        ? pass(`a process listens at port ${port}`)
        : failing([routers.metadataProxySilent.found({ namespace: netns, port }, { host })]);
    }),
    observed: 'it is asked from the machine',
  };
}

/** Who of ours is on a network, and can ask its machines. */
export interface Asker {
  readonly agent: 'L3 agent' | 'DHCP agent';
  readonly host: string;
  readonly netns: string;
  readonly device: string;
}

export const dhcpAsker = (port: TracePort, host: string): Asker => ({
  agent: 'DHCP agent',
  host,
  netns: dhcpNamespace(port.network_id),
  device: dhcpDeviceName(port.id),
});

export const routerAsker = (
  router: TraceRouter,
  port: ReturnType<typeof portsOf>[number],
  host: string,
): Asker => ({
  agent: 'L3 agent',
  host,
  netns: routerNamespace(router.info.id),
  device: deviceOf(router, port),
});

/** Whether a machine answers ARP on its own network; `tunnel`: the vxlan device that may answer for it instead. */
export function machineLook(
  asker: Asker,
  address: string,
  { port, tunnel, host }: { port: TracePort; tunnel: string | undefined; host: string },
): Look {
  const { agent, netns, device } = asker;
  const at = { agent, host: asker.host };
  const arp = { read: 'arp', netns, device, address } as const;
  const from = `${netns} on ${asker.host}`;
  const where = { host, subject: { resource: 'port', id: port.id } };
  const judge = (answer: { readonly mac: string } | null) => {
    if (answer === null) return failing([links.machineSilent.found({ address, from }, where)]);
    if (answer.mac === port.mac_address) return pass(`${address} is at ${answer.mac}, asked from ${from}`);
    const twice = { address, role: `of port ${labelOf(port)}`, macs: [answer.mac] };
    return failing([addressUsedTwice.found(twice, where)]);
  };
  if (tunnel === undefined || asker.host === host) return look(at, { arp }, (answers) => judge(answers.arp));
  return look(at, { arp, link: { read: 'link', name: tunnel } }, (answers) =>
    answers.link?.vxlan?.proxy ? notChecked('the tunnel answers ARP for it') : judge(answers.arp),
  );
}

/** Whether a gateway on the LAN answers, and with `target` whether that does, which is behind it. */
export function gatewayLook(
  { agent, host, netns, device }: Asker,
  { gateway, subnet, target }: { gateway: string; subnet: string; target?: string },
): Look {
  const at = { agent, host };
  const asked = { arp: { read: 'arp', netns, device, address: gateway } } as const;
  const judgeGateway = (arp: { readonly mac: string } | null): Outcome =>
    arp === null
      ? failing([lan.providerGatewaySilent.found({ gateway, device, subnet }, { host })])
      : pass(`${gateway} is at ${arp.mac}`);
  if (target === undefined) return look(at, asked, ({ arp }) => judgeGateway(arp));
  return look(at, { ...asked, echo: { read: 'echo', netns, address: target } }, ({ arp, echo }) => {
    const outcome = judgeGateway(arp);
    if (outcome.result !== 'pass') return outcome;
    if (echo.answered) return pass(...outcome.evidence, `${target} answers in ${echo.milliseconds} ms`);
    const reason = echo.error ?? 'no answer';
    return failing([routers.outsideSilent.found({ address: target, from: netns, reason }, { host })]);
  });
}
