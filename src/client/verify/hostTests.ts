import * as traffic from '../../health/catalogue/traffic.ts';
import { DHCP_PORT } from '../../net/deviceOwners.ts';
import type { Probed } from '../../rpc/probes.ts';
import type { Api } from '../http/api.ts';
import { isDict, type Json, str } from '../python/value.ts';
import { port as portResource } from '../resources.ts';
import { failed, judged, type Outcome, type Send, type Test, untried } from './sending.ts';
import type { ProbePort, Stage } from './stage.ts';
import type { Survey } from './survey.ts';

const METADATA = '169.254.169.254';
/** What a machine takes for the MTU that nobody told it. */
const UNTOLD_MTU = 1500;

/** What each host gets from the services of its network: an address, and metadata. */
export function hostTests(
  api: Api,
  stage: Stage,
  survey: Survey,
  send: Send,
): { leases: Test[]; metadata: Test[] } {
  const { ports, place } = stage;
  const servers = () => dhcpServers(api, place.network.id!);
  return {
    leases: ports.map((port) => leaseTest(stage, survey, send, port, servers)),
    metadata: ports.map((port) => metadataTest(stage, survey, send, port)),
  };
}

/** Addresses of the ports from which the network's DHCP agents answer. */
async function dhcpServers(api: Api, networkId: Json): Promise<string[]> {
  const query = { network_id: networkId, device_owner: DHCP_PORT };
  const found = await api.list(portResource.plural, portResource.path, query);
  return found.flatMap(({ fixed_ips: fixed }) =>
    (Array.isArray(fixed) ? fixed.filter(isDict) : []).map(({ ip_address }) => str(ip_address ?? null)),
  );
}

function leaseTest(
  { place }: Stage,
  survey: Survey,
  send: Send,
  port: ProbePort,
  servers: () => Promise<readonly string[]>,
): Test {
  const check = 'DHCP';
  const { host } = port;
  if (place.subnet.enable_dhcp !== true) return untried(check, host, 'the subnet has enable_dhcp False');
  const network = String(place.network.name);
  return {
    check,
    from: host,
    ports: [port],
    about: [`networks/${place.network.id}`, `ports/${port.id}`, ...survey.agents('DHCP agent')],
    async run() {
      const probed = await send(port, { kind: 'dhcp', take: true });
      const ours = await servers();
      if (probed.result === 'pass') return judgeLease(probed, port, network, Number(place.network.mtu), ours);
      const missing = judged(probed, () =>
        traffic.leaseMissing.found({ host, network }, { evidence: probed.evidence }),
      );
      if (ours[0] === undefined) return missing;
      return { ...missing, trace: { from: port.id, to: ours[0], protocol: 'udp', port: 67 } };
    },
  };
}

export function judgeLease(
  { measured, evidence }: Probed,
  { host, address }: Pick<ProbePort, 'host' | 'address'>,
  network: string,
  mtu: number,
  ours: readonly string[],
): Outcome {
  const servers = Array.isArray(measured.servers) ? measured.servers.map(String) : [];
  const server = servers.find((one) => !ours.includes(one));
  if (server !== undefined)
    return failed(traffic.leaseOfStranger.found({ host, network, server, ours }, { evidence }));
  const differs = (what: 'address' | 'MTU', leased: unknown, wanted: string) =>
    failed(
      traffic.leaseDiffers.found(
        { host, network, what, leased: String(leased ?? 'not told'), wanted },
        { evidence },
      ),
    );
  if (measured.address !== address) return differs('address', measured.address, address);
  const leased = Number(measured.mtu ?? UNTOLD_MTU);
  if (leased > mtu) return differs('MTU', measured.mtu, String(mtu));
  const less = leased < mtu ? `less than the ${mtu} of the network, which harms nobody` : undefined;
  return { result: 'pass', evidence: less === undefined ? evidence : [...evidence, less] };
}

function metadataTest({ place, router }: Stage, survey: Survey, send: Send, port: ProbePort): Test {
  const check = 'metadata';
  const { host } = port;
  const agents = survey.agents('Metadata agent');
  if (agents.length === 0) return untried(check, host, 'no metadata agent has ever reported');
  return {
    check,
    from: host,
    to: METADATA,
    ports: [port],
    about: [
      ...agents,
      ...('is' in router ? [`routers/${router.is.id}`] : [`networks/${place.network.id}`]),
      `ports/${port.id}`,
    ],
    trace: { from: port.id, to: METADATA, protocol: 'tcp', port: 80 },
    async run() {
      const path = '/latest/meta-data/instance-id';
      return judgeMetadata(await send(port, { kind: 'http', target: METADATA, path }), host);
    },
  };
}

/** Nova knows no probe as a machine: that it says so proves the whole way. */
export function judgeMetadata({ result, measured, evidence }: Probed, host: string): Outcome {
  if (result === 'not checked') return { result, evidence };
  const seen = { evidence };
  if (result === 'fail') return failed(traffic.metadataUnanswered.found({ host }, seen));
  const status = Number(measured.status);
  if (status === 403) return failed(traffic.metadataRefused.found({ host }, seen));
  if ([502, 503, 504].includes(status))
    return failed(traffic.metadataAgentSilent.found({ host, status }, seen));
  if (status >= 500) return failed(traffic.metadataFails.found({ host, status }, seen));
  const known = status === 404 ? ', as a probe is no machine that Nova knows' : '';
  return { result: 'pass', evidence: evidence.map((line) => `${line}${known}`) };
}
