import { ip } from '../../linux/batch.ts';
import { ensureNamespace } from '../../linux/netns.ts';
import { run } from '../../linux/process.ts';
import { createProcessMonitor } from '../../linux/processMonitor.ts';
import type { RouterInfo, RouterPort } from '../../rpc/l3plugin.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import type { RouterSettings } from './router.ts';

export const ROUTER = '4ea9e44e-0d33-404a-94e0-5d0b5e8a0ef4';
export const INSIDE = 'a1244c68-1111-4444-8888-000000000001';
export const GATEWAY = 'b2244c68-1111-4444-8888-000000000002';

const noMonitor = createProcessMonitor({ log: recordingLog(), intervalSeconds: 0, onDied: () => {} });

export const settings: RouterSettings = {
  log: recordingLog(),
  firewall: {
    metadataPort: 9697,
    metadataMark: '0x1',
    ingressMark: '0x2',
    metadata: false,
    randomFully: true,
  },
  proxy: {
    statePath: '/run/neutron',
    externalPids: '/run/neutron',
    socket: '/run/md',
    user: '',
    group: '',
    debug: false,
  },
  vrrp: {
    root: '/run/neutron/ha_confs',
    advertSeconds: 0.2,
    noTrack: true,
    healthCheckSeconds: 0,
    debug: false,
  },
  radvd: {
    confs: '/run/neutron/ra',
    externalPids: '/run/neutron',
    user: '',
    minSeconds: 3,
    maxSeconds: 4,
  },
  ipv6Gateway: '',
  roleChanged: () => {},
  tryAgain: () => {},
  monitor: noMonitor,
  vrrpMonitor: noMonitor,
};

export const port = (
  id: string,
  mac: string,
  address: string,
  cidr: string,
  gateway_ip: string,
): RouterPort =>
  ({
    id,
    mac_address: mac,
    mtu: 1450,
    admin_state_up: true,
    fixed_ips: [{ subnet_id: id, ip_address: address, prefixlen: 24 }],
    subnets: [{ id, cidr, gateway_ip, dns_nameservers: [], ipv6_ra_mode: null, subnetpool_id: null }],
    extra_subnets: [],
    address_scopes: { '4': null, '6': null },
  }) as unknown as RouterPort;

export const info = (changes: Partial<RouterInfo> = {}): RouterInfo =>
  ({
    id: ROUTER,
    ha: false,
    distributed: false,
    enable_snat: true,
    routes: [],
    gw_port: port(GATEWAY, 'fa:16:3e:00:00:fe', '192.168.81.198', '192.168.81.0/24', '192.168.81.254'),
    _interfaces: [port(INSIDE, 'fa:16:3e:00:00:01', '172.16.1.1', '172.16.1.0/24', '172.16.1.1')],
    _floatingips: [],
    ...changes,
  }) as unknown as RouterInfo;

/** A neighbour in a namespace of its own, on a bridge that stands for a network. */
export async function neighbour(name: string, bridge: string, cidr: string, gateway?: string): Promise<void> {
  await ensureNamespace(name);
  await ip([
    `link add ${bridge} type bridge`,
    `link set ${bridge} up`,
    `link add v-${name} type veth peer name eth0 netns ${name}`,
    `link set v-${name} master ${bridge}`,
    `link set v-${name} up`,
  ]);
  await ip(
    [
      `addr add ${cidr} dev eth0`,
      'link set eth0 up',
      ...(gateway ? [`route add default via ${gateway}`] : []),
    ],
    { netns: name },
  );
}

export const pings = async (netns: string, address: string): Promise<boolean> =>
  (await run(['ping', '-c', '1', '-W', '1', address], { netns, allowed: [0, 1] })).code === 0;
