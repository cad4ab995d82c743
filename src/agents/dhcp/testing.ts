import type { Transport } from '../../messaging/transport.ts';
import { type DhcpNetwork, type DhcpPort, dhcpPlugin } from '../../rpc/dhcp.ts';
import type { PortDict, SubnetDict } from '../../rpc/dicts.ts';
import { endpoint } from '../../rpc/interface.ts';
import { reports } from '../../rpc/reports.ts';

/** Facts of networks for tests, and a server that holds them. */

export const subnetOf = (networkId: string, values: Partial<SubnetDict> & { id: string }): SubnetDict => ({
  name: '',
  tenant_id: 'p1',
  project_id: 'p1',
  network_id: networkId,
  ip_version: 4,
  cidr: '172.16.1.0/24',
  gateway_ip: '172.16.1.1',
  enable_dhcp: true,
  allocation_pools: [],
  host_routes: [],
  dns_nameservers: [],
  ipv6_ra_mode: null,
  ipv6_address_mode: null,
  subnetpool_id: null,
  ...values,
});

export const portOf = (
  networkId: string,
  values: Partial<PortDict> & Pick<PortDict, 'id' | 'mac_address' | 'fixed_ips'>,
): PortDict => ({
  name: '',
  tenant_id: 'p1',
  project_id: 'p1',
  network_id: networkId,
  admin_state_up: true,
  status: 'DOWN',
  device_id: 'vm',
  device_owner: 'compute:nova',
  security_groups: [],
  extra_dhcp_opts: [],
  'binding:vif_type': 'bridge',
  revision_number: 1,
  ...values,
});

export const networkOf = (
  id: string,
  subnets: SubnetDict[],
  ports: PortDict[] = [],
  mtu = 1450,
): DhcpNetwork => ({
  id,
  project_id: 'p1',
  tenant_id: 'p1',
  admin_state_up: true,
  mtu,
  subnets,
  non_local_subnets: [],
  ports,
});

/** The plugin's side of the DHCP and report RPC, holding its networks in memory. */
export interface FakePlugin {
  readonly networks: Map<string, DhcpNetwork>;
  readonly ready: string[];
  readonly released: string[];
  /** Names of methods called, in order. */
  readonly calls: string[];
  reportsSeen: number;
  /** The next call of the method fails with this error. */
  failNext(method: string, error: Error): void;
  close(): Promise<void>;
}

export async function fakePlugin(
  transport: Transport,
  networks: Iterable<DhcpNetwork> = [],
): Promise<FakePlugin> {
  const failures = new Map<string, Error>();
  const listeners: { close(): Promise<void> }[] = [];
  const plugin: FakePlugin = {
    networks: new Map([...networks].map((network) => [network.id, network])),
    ready: [],
    released: [],
    calls: [],
    reportsSeen: 0,
    failNext: (method, error) => void failures.set(method, error),
    async close() {
      for (const listener of listeners) await listener.close();
    },
  };
  let made = 0;
  const begin = (method: string) => {
    plugin.calls.push(method);
    const failure = failures.get(method);
    failures.delete(method);
    if (failure) throw failure;
  };
  const allocate = (network: DhcpNetwork, wanted: DhcpPort['fixed_ips']) =>
    wanted.map(({ subnet_id, ip_address }) => {
      const cidr = network.subnets.find((subnet) => subnet.id === subnet_id)!.cidr;
      return {
        subnet_id,
        ip_address:
          ip_address ?? cidr.replace(/([.:])0\/\d+$|::\/\d+$/, (_all, dot) => (dot ? `${dot}2` : '::2')),
      };
    });
  const methods = endpoint(dhcpPlugin, {
    async get_active_networks_info() {
      begin('get_active_networks_info');
      return [...plugin.networks.values()];
    },
    async get_network_info(_context, { network_id }) {
      begin('get_network_info');
      return plugin.networks.get(network_id) ?? null;
    },
    async create_dhcp_port(_context, { port: { port } }) {
      begin('create_dhcp_port');
      const network = plugin.networks.get(port.network_id);
      if (!network) return null;
      made += 1;
      const created = portOf(network.id, {
        id: `${String(made).padStart(8, '0')}-aaaa-4bbb-8ccc-${network.id.slice(-12)}`,
        mac_address: `fa:16:3e:00:0${made}:02`,
        device_id: port.device_id ?? '',
        device_owner: 'network:dhcp',
        fixed_ips: allocate(network, port.fixed_ips),
      });
      network.ports.push(created);
      return created;
    },
    async update_dhcp_port(_context, { port_id, port: { port } }) {
      begin('update_dhcp_port');
      const network = plugin.networks.get(port.network_id);
      const known = network?.ports.find(({ id }) => id === port_id);
      if (!network || !known) return null;
      known.fixed_ips = allocate(network, port.fixed_ips);
      if (port.device_id !== undefined) known.device_id = port.device_id;
      known.revision_number = (known.revision_number ?? 0) + 1;
      return known;
    },
    async get_dhcp_port(_context, { port_id }) {
      begin('get_dhcp_port');
      return [...plugin.networks.values()].flatMap(({ ports }) => ports).find(({ id }) => id === port_id)!;
    },
    async release_dhcp_port(_context, { network_id }) {
      begin('release_dhcp_port');
      plugin.released.push(network_id);
      return null;
    },
    async dhcp_ready_on_ports(_context, { port_ids }) {
      begin('dhcp_ready_on_ports');
      plugin.ready.push(...port_ids);
      return null;
    },
  });
  const heard = endpoint(reports, {
    async report_state() {
      begin('report_state');
      plugin.reportsSeen += 1;
      return 'alive' as const;
    },
  });
  listeners.push(await transport.listen(dhcpPlugin.topic, 'server', [methods]));
  listeners.push(await transport.listen(reports.topic, 'server', [heard]));
  return plugin;
}
