import type { Dict } from '../client/python/value.ts';
import type { AgentFacts, CloudFacts, NetworkFacts, PortFacts, SubnetFacts } from '../rpc/facts.ts';
import { withApi } from './api.ts';

/**
 * The facts as the API tells them to the user of the OS_* variables: the whole deployment to an administrator, of any
 * server. Rejects with ClientError.
 */
export const factsFromApi = (env: NodeJS.ProcessEnv, timeoutMs: number): Promise<CloudFacts> =>
  withApi(env, timeoutMs, async (api) => {
    const list = <T>(plural: string) => api.list(plural, `/${plural}`) as Promise<(Dict & T)[]>;
    const [agents, networks, subnets, ports] = await Promise.all([
      list<ApiAgent>('agents'),
      list<ApiNetwork>('networks'),
      list<SubnetFacts>('subnets'),
      list<ApiPort>('ports'),
    ]);
    const physical = new Set(
      networks.filter((network) => network['provider:physical_network']).map(({ id }) => id),
    );
    return {
      time: new Date().toISOString(),
      tunnel_bytes: null,
      agents: agents.map(agentOf),
      networks: networks.map(networkOf),
      subnets,
      ports: ports.filter(({ network_id }) => physical.has(network_id)).map(portOf),
    };
  });

interface ApiAgent extends Pick<AgentFacts, 'agent_type' | 'host'> {
  readonly configurations: Partial<Pick<AgentFacts, 'tunneling_ip' | 'interface_mappings'>>;
}

interface ApiNetwork extends Pick<NetworkFacts, 'id' | 'name' | 'mtu'> {
  readonly 'router:external': boolean;
  readonly 'provider:network_type'?: string;
  readonly 'provider:physical_network'?: string | null;
  readonly 'provider:segmentation_id'?: number | null;
}

interface ApiPort extends Pick<PortFacts, 'id' | 'network_id' | 'mac_address' | 'device_owner'> {
  readonly fixed_ips: readonly { readonly ip_address: string }[];
}

const agentOf = ({ agent_type, host, configurations }: ApiAgent): AgentFacts => ({
  agent_type,
  host,
  tunneling_ip: configurations.tunneling_ip || null,
  interface_mappings: configurations.interface_mappings ?? {},
});

const networkOf = (network: ApiNetwork): NetworkFacts => {
  const type = network['provider:network_type'];
  return {
    id: network.id,
    name: network.name,
    mtu: network.mtu,
    external: network['router:external'],
    segments:
      type === undefined
        ? []
        : [
            {
              network_type: type,
              physical_network: network['provider:physical_network'] ?? null,
              segmentation_id: network['provider:segmentation_id'] ?? null,
            },
          ],
  };
};

const portOf = ({ id, network_id, mac_address, device_owner, fixed_ips }: ApiPort): PortFacts => ({
  id,
  network_id,
  mac_address,
  device_owner,
  addresses: fixed_ips.map(({ ip_address }) => ip_address),
});
