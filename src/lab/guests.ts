import { randomUUID } from 'node:crypto';
import { bridgeName, tapName } from '../net/names.ts';
import { ensureBridge } from './bridge.ts';
import { type RunningHost, runIn } from './host.ts';
import { hostNamed, type Lab, operatorEnv, type Progress } from './lab.ts';
import { nodeProgram, projectRoot } from './paths.ts';
import { hostWith } from './topology.ts';
import { insideVm, isVm, startVm, vmLease } from './vm.ts';
import { waitFor } from './waitFor.ts';

/** What a guest is asked to be. */
export interface GuestRequest {
  readonly name: string;
  readonly host: string;
  /** Name or id of the network it is plugged into. */
  readonly network: string;
  readonly securityGroups?: readonly string[];
  /** More words of `neutron port-create`. */
  readonly options?: readonly string[];
  /** A real kernel under QEMU instead of a namespace. */
  readonly vm?: boolean;
}

/** A guest: a namespace plugged into a host's bridge by a tap named as Nova would name it. */
export interface Guest {
  readonly name: string;
  readonly host: RunningHost;
  readonly portId: string;
  readonly instanceId: string;
  readonly address: string;
  /** What DHCP gave: address, MTU, routes, server. */
  readonly lease: string;
}

interface Port {
  readonly id: string;
  readonly mac_address: string;
  readonly network_id: string;
  readonly fixed_ips: string | readonly { ip_address: string }[];
}

/** Runs a `neutron` command on the control host and returns its standard output. */
export async function neutron(lab: Lab, ...words: string[]): Promise<string> {
  const control = hostNamed(lab, hostWith(lab.topology, 'control').name);
  return (await runIn(control, ['neutron', ...words], { env: operatorEnv(lab) })).stdout;
}

const firstAddress = (port: Port): string => {
  const fixed = typeof port.fixed_ips === 'string' ? port.fixed_ips : JSON.stringify(port.fixed_ips);
  return /"ip_address": ?"([^"]+)"/.exec(fixed)?.[1] ?? '';
};

/**
 * Plugs a guest as Nova's Linux bridge VIF driver does: bridge of the network, veth with the tap's name, the port's
 * MAC inside. The bridge may be the agent's already.
 */
async function plug(host: RunningHost, guest: string, port: Port, mtu: string): Promise<void> {
  const [tap, bridge] = [tapName(port.id), bridgeName(port.network_id)];
  const script = `ip netns add ${guest}
ip -n ${guest} link set lo up
${ensureBridge(bridge)}
ip link add ${tap} mtu ${mtu} type veth peer name eth0 mtu ${mtu} address ${port.mac_address} netns ${guest}
ip link set ${tap} master ${bridge} up
ip -n ${guest} link set eth0 up`;
  await runIn(host, ['sh', '-ec', script]);
}

/** Asks DHCP for the guest's address and sets it; returns what the lease said. */
async function lease(host: RunningHost, guest: string): Promise<string> {
  const script = `${projectRoot}/src/lab/tools/udhcpc.sh`;
  const client = [
    'udhcpc',
    '-i',
    'eth0',
    '-n',
    '-q',
    '-f',
    '-t',
    '10',
    '-T',
    '1',
    '-s',
    script,
    '-O',
    'mtu',
    '-O',
    'staticroutes',
  ];
  const { stdout } = await runIn(host, ['ip', 'netns', 'exec', guest, ...client]);
  return /^address=.*$/m.exec(stdout)?.[0] ?? stdout.trim();
}

/** A guest whose port may not be wired yet. */
type Plugged = Omit<Guest, 'lease'> & { readonly vm: boolean };

/** Makes a port as Nova does, and plugs a guest into it on its host. */
async function createGuest(lab: Lab, request: GuestRequest, progress: Progress): Promise<Plugged> {
  const { name, network, options = [], securityGroups = [], vm = false } = request;
  const host = hostNamed(lab, request.host);
  const instanceId = randomUUID();
  const groups = securityGroups.flatMap((group) => ['--security-group', group]);
  const owner = [
    '--device-id',
    instanceId,
    '--device_owner',
    'compute:nova',
    '--binding:host_id',
    request.host,
  ];
  const words = ['port-create', network, '--name', name, ...owner, ...groups, ...options, '-f', 'json'];
  const port = JSON.parse(await neutron(lab, ...words)) as Port;
  const mtu = (await neutron(lab, 'net-show', port.network_id, '-f', 'value', '-c', 'mtu')).trim();
  const plugged = {
    name,
    tap: tapName(port.id),
    bridge: bridgeName(port.network_id),
    mac: port.mac_address,
    mtu,
  };
  if (vm) await startVm(host, plugged, progress);
  else await plug(host, name, port, mtu);
  return { name, host, portId: port.id, instanceId, address: firstAddress(port), vm };
}

/** Makes guests at once; each is there when its port is ACTIVE and it has its lease. */
export async function addGuests(
  lab: Lab,
  requests: readonly GuestRequest[],
  progress: Progress = () => {},
): Promise<Guest[]> {
  const plugged = await Promise.all(requests.map((request) => createGuest(lab, request, progress)));
  const wired = async () => {
    const list = await neutron(lab, 'port-list', '-c', 'id', '-c', 'status', '-f', 'json');
    const ports = new Map((JSON.parse(list) as { id: string; status: string }[]).map((one) => [one.id, one]));
    const late = plugged.filter(({ portId }) => ports.get(portId)?.status !== 'ACTIVE');
    if (late.length > 0)
      throw new Error(
        late.map(({ name, portId }) => `${name}'s status is ${ports.get(portId)?.status}`).join('; '),
      );
  };
  await waitFor(`ports to become ACTIVE`, wired, 90 + 5 * requests.length);
  return Promise.all(
    plugged.map(async ({ vm, ...guest }) => ({
      ...guest,
      lease: await (vm ? vmLease : lease)(guest.host, guest.name),
    })),
  );
}

/** Makes a port as Nova does, plugs a guest into it on its host, waits until it is ACTIVE, and gets a lease. */
export const addGuest = async (lab: Lab, request: GuestRequest, progress?: Progress): Promise<Guest> =>
  (await addGuests(lab, [request], progress))[0]!;

/** Where a guest runs, and the words that run a command inside it there. */
export interface FoundGuest {
  readonly host: RunningHost;
  inside(command: readonly string[]): string[];
}

/** Finds a guest by its name, a namespace or a virtual machine. */
export async function findGuest(lab: Lab, guest: string): Promise<FoundGuest> {
  for (const host of lab.hosts.values()) {
    if (await isVm(host, guest)) return { host, inside: (command) => insideVm(guest, command) };
    const { stdout } = await runIn(host, ['ip', 'netns', 'list']);
    if (stdout.split('\n').some((line) => line.split(' ')[0] === guest))
      return { host, inside: (command) => insideGuest(guest, command) };
  }
  throw new Error(`no guest ${guest} on any host: neutron-lab guest add makes one`);
}

/** The words that run a command inside a guest of a host. */
export const insideGuest = (guest: string, command: readonly string[]) => [
  'ip',
  'netns',
  'exec',
  guest,
  ...command,
];

const FETCH =
  'fetch(process.argv[1]).then(async r => { console.log(await r.text()); if (!r.ok) process.exit(1) }, e => { console.error(e.cause ?? e); process.exit(1) })';

/** What a URL answers to a guest; an error status or no answer rejects. */
export const fetchFromGuest = async (guest: Guest, url: string): Promise<string> =>
  (await runIn(guest.host, insideGuest(guest.name, [nodeProgram, '-e', FETCH, url]))).stdout.trim();
