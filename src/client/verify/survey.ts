import { ALIAS } from '../diagnosis/ask.ts';
import { ClientError } from '../errors.ts';
import type { Api } from '../http/api.ts';
import { type Dict, str } from '../python/value.ts';
import { agent, extension, network, subnet } from '../resources.ts';

/** What there is to verify, before anything is made. */
export interface Survey {
  /** Hosts with a live Linux bridge agent, in their order. */
  readonly hosts: readonly string[];
  /** Agents that do not report. */
  readonly dead: readonly Dict[];
  /** Names of the extensions that the server has. */
  readonly aliases: ReadonlySet<string>;
  /** Why there are no routers; absent when there are. */
  readonly withoutRouters?: string;
  /** Paths of the agents of a type, dead ones as well: 'agents/ID'. */
  agents(agentType: string): readonly string[];
}

export interface Wanted {
  readonly hosts: readonly string[];
}

/** Throws ClientError when nothing can be verified here. */
export async function survey(api: Api, wanted: Wanted): Promise<Survey> {
  const [extensions, agents] = await Promise.all([
    api.list(extension.plural, extension.path),
    api.list(agent.plural, agent.path),
  ]);
  const aliases = new Set(extensions.map(({ alias }) => str(alias ?? null)));
  if (!aliases.has(ALIAS))
    throw new ClientError(
      'This server cannot send probes: it is not one of neutron-ts (extension nts-diagnosis).',
    );
  const bridges = agents.filter(({ agent_type }) => agent_type === 'Linux bridge agent');
  if (bridges.length === 0)
    throw new ClientError(
      'No Linux bridge agent has ever reported, or you may not see agents: it takes an administrator.',
    );
  const known = bridges.map(({ host }) => str(host ?? null));
  const strange = wanted.hosts.filter((host) => !known.includes(host));
  if (strange.length > 0)
    throw new ClientError(
      `No Linux bridge agent has ever reported from ${strange.join(', ')}. Those that have: ${known.join(', ') || 'none'}.`,
    );
  const chosen = (host: string) => wanted.hosts.length === 0 || wanted.hosts.includes(host);
  const live = agents.filter(({ alive }) => alive === true);
  const lives = (type: string) => live.some(({ agent_type }) => agent_type === type);
  return {
    hosts: bridges
      .filter((one) => live.includes(one))
      .map(({ host }) => str(host ?? null))
      .filter(chosen)
      .sort(),
    dead: agents.filter((one) => !live.includes(one)),
    aliases,
    agents: (type) =>
      agents.filter(({ agent_type }) => agent_type === type).map(({ id }) => `agents/${str(id ?? null)}`),
    ...(!aliases.has('router')
      ? { withoutRouters: 'this server has no routers (service_plugins lacks router)' }
      : lives('L3 agent')
        ? {}
        : { withoutRouters: 'no L3 agent lives' }),
  };
}

/** The external network that is named, or the default one, or the first; undefined when there is none. */
export async function externalNetwork(api: Api, name: string | undefined): Promise<Dict | undefined> {
  if (name !== undefined) return api.find(network, name);
  const found = await api.list(network.plural, network.path, { 'router:external': true });
  const byName = found.toSorted((a, b) => (str(a.name ?? null) < str(b.name ?? null) ? -1 : 1));
  return byName.find(({ is_default }) => is_default === true) ?? byName[0];
}

/** The first IPv4 subnet of a network. */
export const subnetOf = async (api: Api, networkId: string): Promise<Dict | undefined> =>
  (await api.list(subnet.plural, subnet.path, { network_id: networkId, ip_version: 4 }))[0];
