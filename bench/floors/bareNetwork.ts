import { runIn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import type { Place } from '../target/stream.ts';
import type { Target } from '../target/target.ts';

const ADDRESS = '10.9.0.2';
const MTU = 1450;

const machine = (name: string, address: string) => `ip netns add ${name}
ip link add v${name} mtu ${MTU} type veth peer name eth0 mtu ${MTU} netns ${name}
ip link set v${name} master benchbr up
ip -n ${name} link set eth0 up
ip -n ${name} address add ${address}/24 dev eth0`;

const bridge = 'ip link add benchbr type bridge forward_delay 0 stp_state 0; ip link set benchbr up';

/** Two namespaces on a bridge without any filter of Neutron's, with VXLAN between when on two hosts; gone after the round. */
export async function bareNetwork(
  { lab, afterwards }: Target,
  over: 'bridge' | 'vxlan',
): Promise<{ readonly from: Place; readonly to: Place; readonly address: string }> {
  const near = hostNamed(lab, 'compute');
  const far = over === 'bridge' ? near : hostNamed(lab, 'controller');
  const tunnel = (local: string, remote: string) =>
    `ip link add benchvx mtu ${MTU} type vxlan id 16000000 local ${local} remote ${remote} dstport 8472
ip link set benchvx master benchbr up`;
  for (const host of new Set([near, far]))
    afterwards(() =>
      runIn(host, [
        'sh',
        '-c',
        'for n in benchx benchy; do ip netns del $n; done; ip link del benchvx; ip link del benchbr; true',
      ]),
    );
  const addresses = ['192.168.81.65', '192.168.81.66'] as const;
  const here = [bridge, ...(over === 'vxlan' ? [tunnel(...addresses)] : []), machine('benchx', '10.9.0.1')];
  const there = [
    ...(over === 'vxlan' ? [bridge, tunnel(addresses[1], addresses[0])] : []),
    machine('benchy', ADDRESS),
  ];
  await runIn(near, ['sh', '-ec', here.join('\n')]);
  await runIn(far, ['sh', '-ec', there.join('\n')]);
  return {
    from: { host: near, namespace: 'benchx' },
    to: { host: far, namespace: 'benchy' },
    address: ADDRESS,
  };
}
