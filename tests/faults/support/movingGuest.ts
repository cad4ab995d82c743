import { type RunningHost, runIn } from '../../../src/lab/host.ts';
import { bridgeName, tapName } from '../../../src/net/names.ts';

/** What a host has to know of the port of a guest that moves to it. */
export interface MovingPort {
  readonly id: string;
  readonly network_id: string;
  readonly mac_address: string;
}

/** Plugs the instance into its new host as libvirt does before the move: the tap is there, the guest is not yet. */
export async function plugPaused(
  host: RunningHost,
  guest: string,
  port: MovingPort,
  address: string,
): Promise<void> {
  const script = `ip netns add ${guest}
ip link show ${bridgeName(port.network_id)} >/dev/null 2>&1 || ip link add ${bridgeName(port.network_id)} up type bridge forward_delay 0
ip link add ${tapName(port.id)} mtu 1450 type veth peer name eth0 mtu 1450 address ${port.mac_address} netns ${guest}
ip link set ${tapName(port.id)} master ${bridgeName(port.network_id)} up
ip netns exec ${guest} sysctl -qw net.ipv4.conf.eth0.arp_notify=1
ip -n ${guest} addr add ${address}/24 dev eth0`;
  await runIn(host, ['sh', '-ec', script]);
}

/** The guest runs on one of its hosts at a time. */
export const setGuest = (host: RunningHost, guest: string, state: 'up' | 'down') =>
  runIn(host, ['ip', '-n', guest, 'link', 'set', 'eth0', state]);
