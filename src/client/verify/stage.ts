import { randomUUID } from 'node:crypto';
import { isUnbound } from '../../net/vifTypes.ts';
import type { Api } from '../http/api.ts';
import { type Dict, isDict, str } from '../python/value.ts';
import { port, router, securityGroup, securityGroupRule } from '../resources.ts';
import type { Maker } from './maker.ts';
import { type Known, missing, type Part } from './part.ts';
import { chooseNetwork, type Place, secondNetwork } from './stageNetwork.ts';
import { type Crossing, chooseExternal, chooseRouter, float } from './stageRouter.ts';
import type { Survey } from './survey.ts';

/** What the user names; anything else is made for the time of the tests. */
export interface Named {
  readonly network: string | undefined;
  readonly router: string | undefined;
  readonly external: string | undefined;
}

/** A port that probes are sent from. */
export interface ProbePort extends Known {
  readonly host: string;
  /** 'unbound' or 'binding_failed' when no driver could plug it in. */
  readonly vifType: string;
}

/** Where the tests are played. */
export interface Stage {
  readonly place: Place;
  /** One probe port on each host, on the network of `place`. */
  readonly ports: readonly ProbePort[];
  /** Why security groups are not tried there. */
  readonly unfiltered: string | undefined;
  readonly router: Part<Crossing>;
  /** A probe port on a second network behind the same router. */
  readonly far: Part<ProbePort>;
  readonly external: Part<Place>;
  /** A probe port on the external network, which is the LAN; away from the router's host if that is possible. */
  readonly outside: Part<ProbePort>;
  /** Leads to the first probe port. */
  readonly floating: Part<Known>;
}

/** A TCP port that the security group opens, and one that it does not. Nobody listens on either. */
export const OPENED = 4242;
export const CLOSED = 4243;

/** Makes what is needed, and finds what is named. Throws ClientError. */
export async function prepare(api: Api, maker: Maker, survey: Survey, named: Named): Promise<Stage> {
  const place = await chooseNetwork(api, maker, named.network);
  const unfiltered = place.network.port_security_enabled === false ? 'port security is off there' : undefined;
  const [group, second, external] = await Promise.all([
    unfiltered === undefined ? openGroup(maker) : undefined,
    place.own && survey.withoutRouters === undefined ? secondNetwork(api, maker, place) : undefined,
    survey.withoutRouters === undefined
      ? chooseExternal(api, named.external)
      : missing(survey.withoutRouters),
  ]);
  const plug = (where: Place, hosts: readonly string[]) => plugProbes(maker, where, hosts, group);
  const [ports, crossing] = await Promise.all([
    plug(place, survey.hosts),
    chooseRouter(api, maker, { survey, named: named.router, place, second, external }),
  ]);
  const common = { place, ports, unfiltered, router: crossing, external };
  if ('missing' in crossing) return { ...common, far: crossing, outside: crossing, floating: crossing };
  const [far, outside, floating] = await Promise.all([
    second ? plug(second, survey.hosts.slice(-1)) : [],
    'is' in external ? plugOutside(api, plug, external.is, survey.hosts, crossing.is.id) : external,
    float(maker, crossing.is, ports[0]!.id),
  ]);
  return {
    ...common,
    far: far[0] ? { is: far[0] } : missing('no second network was made'),
    outside,
    floating,
  };
}

/** Lets pings in, and one TCP port. */
async function openGroup(maker: Maker): Promise<string> {
  const { id } = await maker.make(securityGroup, {});
  const rule = { security_group_id: id!, direction: 'ingress', ethertype: 'IPv4' };
  const tcp = { ...rule, protocol: 'tcp', port_range_min: OPENED, port_range_max: OPENED };
  await maker.makeAll(securityGroupRule, [{ ...rule, protocol: 'icmp' }, tcp]);
  return str(id!);
}

async function plugProbes(
  maker: Maker,
  { network, subnet }: Place,
  hosts: readonly string[],
  group: string | undefined,
): Promise<ProbePort[]> {
  const made = await maker.makeAll(
    port,
    hosts.map((host) => ({
      network_id: network.id!,
      fixed_ips: [{ subnet_id: subnet.id! }],
      device_owner: 'compute:probe',
      // Nova is asked for the metadata of a machine of this id.
      device_id: randomUUID(),
      'binding:host_id': host,
      ...(group === undefined ? {} : { security_groups: [group] }),
    })),
  );
  return made.map(probePort);
}

function probePort(made: Dict): ProbePort {
  const [fixed] = Array.isArray(made.fixed_ips) ? made.fixed_ips.filter(isDict) : [];
  return {
    host: str(made['binding:host_id'] ?? null),
    vifType: str(made['binding:vif_type'] ?? null),
    id: str(made.id ?? null),
    address: str(fixed?.ip_address ?? null),
  };
}

/** A probe port on the first host that can carry one of the external network; those without the router come first. */
async function plugOutside(
  api: Api,
  plug: (where: Place, hosts: readonly string[]) => Promise<ProbePort[]>,
  external: Place,
  hosts: readonly string[],
  routerId: string,
): Promise<Part<ProbePort>> {
  const agents = (await api.get(`${router.path}/${routerId}/l3-agents`)).agents;
  const routed = (Array.isArray(agents) ? agents.filter(isDict) : []).map(({ host }) => host);
  const sorted = hosts.toSorted((a, b) => Number(routed.includes(a)) - Number(routed.includes(b)));
  for (const host of sorted) {
    const [made] = await plug(external, [host]);
    if (made && !isUnbound(made.vifType)) return { is: made };
    if (made) await api.delete(`${port.path}/${made.id}`);
  }
  return missing(`no host can carry a port of external network ${str(external.network.name ?? null)}`);
}
