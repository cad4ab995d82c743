import { runIn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import type { Floor } from '../row.ts';
import type { Target } from '../target/target.ts';

/** A number that no link of the lab has as its group, by which all are removed at once. */
const GROUP = 4711;
const BRIDGE = `ip link add name benchbr group ${GROUP} type bridge forward_delay 0 stp_state 0
ip link set benchbr up`;

/** Parts of a shell script; only what `work` takes is counted, and `after` comes also when it fails. */
interface Script {
  readonly before?: string;
  readonly work: string;
  readonly after: string;
  readonly input?: readonly string[];
}

/** Milliseconds that a host's kernel and its tools take for something that nothing of Neutron's sees. */
async function milliseconds({ lab }: Target, { before = '', work, after, input = [] }: Script) {
  const script = `trap '{ ${after}; } 2>/dev/null' EXIT\n${before}\ndate +%s%N\n${work}\ndate +%s%N`;
  const { stdout } = await runIn(hostNamed(lab, 'compute'), ['bash', '-ec', script], {
    input: input.map((line) => `${line}\n`).join(''),
  });
  const [began, ended] = stdout.trim().split('\n').map(Number);
  return (ended! - began!) / 1e6;
}

/** A floor of so many milliseconds, told in seconds where there are several of its things. */
const floor = (what: string, count: number, script: Script): Floor => ({
  what,
  measure: async (target) => (await milliseconds(target, script)) / (count === 1 ? 1 : 1000),
});

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const spaces = (count: number) => numbers(count).map((index) => `bench${index}`);
const removeSpaces = (count: number) => `for n in ${spaces(count).join(' ')}; do ip netns del $n; done`;
const makeSpaces = (count: number) =>
  spaces(count)
    .map((name) => `ip netns add ${name}; ip -n ${name} link set lo up`)
    .join('\n');

/** Taps in a bare bridge. */
export const bareTaps = (count: number): Floor =>
  floor(`${count === 1 ? 'a tap' : `${count} taps`} made in a bare bridge by one ip -batch`, count, {
    before: BRIDGE,
    work: 'ip -batch -',
    after: `ip link del group ${GROUP}`,
    input: numbers(count).flatMap((index) => [
      `link add benchtap${index} group ${GROUP} type veth peer name pbenchtap${index} group ${GROUP}`,
      `link set benchtap${index} master benchbr up`,
    ]),
  });

/** Namespaces that are routers by half: an interface in a bare bridge, and its address. */
export const bareRouters = (count: number): Floor =>
  floor(
    `${count === 1 ? 'a namespace' : `${count} namespaces`} with an interface in a bare bridge and an address, by ip`,
    count,
    {
      before: BRIDGE,
      work: spaces(count)
        .map(
          (name) => `ip netns add ${name}
ip link add ${name}v group ${GROUP} type veth peer name eth0 netns ${name}
ip link set ${name}v master benchbr up
printf 'link set eth0 up\\naddress add 10.9.0.1/24 dev eth0\\n' | ip -n ${name} -batch -`,
        )
        .join('\n'),
      after: `${removeSpaces(count)}; ip link del group ${GROUP}`,
    },
  );

/** Addresses in namespaces that are there. */
export const bareAddresses = (count: number): Floor =>
  floor(`an address in each of ${count} namespaces, by ip`, count, {
    before: makeSpaces(count),
    work: spaces(count)
      .map((name) => `ip -n ${name} address add 10.9.0.1/24 dev lo`)
      .join('\n'),
    after: removeSpaces(count),
  });

/** A floor of so many things in seconds, told as things per second. */
export const perSecond = (count: number, { what, measure }: Floor): Floor => ({
  what,
  measure: async (target) => count / (await measure(target)),
});

/** What a floating IP is in a router's namespace. */
export const bareFloatingIp: Floor = floor(
  'an address and its two rules of NAT, by ip and iptables-restore',
  1,
  {
    before: `${makeSpaces(1)}\nip -n bench0 link add eth0 type veth peer name eth1`,
    work: 'ip -n bench0 address add 192.0.2.1/32 dev eth0; ip netns exec bench0 iptables-restore -n',
    after: removeSpaces(1),
    input: [
      '*nat',
      '-A PREROUTING -d 192.0.2.1/32 -j DNAT --to-destination 10.9.0.2',
      '-A POSTROUTING -s 10.9.0.2/32 -j SNAT --to-source 192.0.2.1',
      'COMMIT',
    ],
  },
);

/** A dnsmasq that has put itself in the background: it has its sockets then. */
export const bareDnsmasqs = (count: number): Floor =>
  floor(
    count === 1
      ? 'a bare dnsmasq starts in a namespace'
      : `${count} bare dnsmasq start in namespaces, one after the other`,
    count,
    {
      before: makeSpaces(count),
      work: spaces(count)
        .map(
          (name) =>
            `ip netns exec ${name} dnsmasq --conf-file=/dev/null --pid-file=/run/${name}.dnsmasq --bind-dynamic --interface=lo --port=0 --dhcp-range=127.0.0.0,static`,
        )
        .join('\n'),
      after: `kill $(cat /run/bench*.dnsmasq); rm -f /run/bench*.dnsmasq; ${removeSpaces(count)}`,
    },
  );

/** A rule for each of so many chains. */
export const bareRules = (count: number): Floor => ({
  what: `a rule in each of ${count} chains, by one iptables-restore`,
  measure: (target) =>
    milliseconds(target, {
      before: `${makeSpaces(1)}
ip netns exec bench0 iptables-restore -n <<END
*filter
${numbers(count)
  .map((index) => `:chain${index} -`)
  .join('\n')}
COMMIT
END`,
      work: 'ip netns exec bench0 iptables-restore -n',
      after: removeSpaces(1),
      input: [
        '*filter',
        ...numbers(count).map((index) => `-A chain${index} -p tcp --dport 2222 -j RETURN`),
        'COMMIT',
      ],
    }),
});
