import { run } from '../linux/process.ts';
import { ensureBridge } from './bridge.ts';
import { type RunningHost, runIn, startIn } from './host.ts';
import { nodeProgram, projectRoot } from './paths.ts';
import { vmImage } from './vmImage.ts';
import { waitFor } from './waitFor.ts';

const QEMU = 'qemu-system-x86_64';

const consoleSocket = (name: string) => `/run/lab/vm-${name}.sock`;
const consoleLog = (name: string) => `/var/log/neutron/vm-${name}.log`;

export interface VmPlug {
  readonly name: string;
  readonly tap: string;
  readonly bridge: string;
  readonly mac: string;
  readonly mtu: string;
}

/** Plugs a tap as Nova does and boots a virtual machine on it; without KVM the machine is emulated, in a few seconds. */
export async function startVm(
  host: RunningHost,
  plug: VmPlug,
  progress: (line: string) => void,
): Promise<void> {
  await run(['sh', '-c', `command -v ${QEMU}`]).catch(() => {
    throw new Error(`${QEMU} is missing: apt-get install --no-install-recommends qemu-system-x86`);
  });
  const image = await vmImage(progress);
  const { name, tap, bridge, mac, mtu } = plug;
  const script = `${ensureBridge(bridge)}
ip tuntap add dev ${tap} mode tap
ip link set ${tap} mtu ${mtu} master ${bridge} up`;
  await runIn(host, ['sh', '-ec', script]);
  const serial = `socket,id=console,path=${consoleSocket(name)},server=on,wait=off,logfile=${consoleLog(name)}`;
  const machine = [
    '-M',
    'q35,accel=tcg',
    '-m',
    '96',
    '-nodefaults',
    '-display',
    'none',
    '-no-reboot',
    '-name',
    name,
  ];
  const boot = ['-kernel', image.kernel, '-initrd', image.initrd, '-append', 'console=ttyS0 quiet panic=-1'];
  const network = [
    '-netdev',
    `tap,id=net,ifname=${tap},script=no,downscript=no`,
    '-device',
    `virtio-net-pci,netdev=net,mac=${mac},romfile=`,
  ];
  const words = [QEMU, ...machine, ...boot, ...network, '-chardev', serial, '-serial', 'chardev:console'];
  await startIn(host, words, `/var/log/neutron/qemu-${name}.out`);
}

/** What DHCP gave to a booted machine, as its console tells. */
export const vmLease = (host: RunningHost, name: string): Promise<string> =>
  waitFor(
    `the virtual machine ${name} to boot and get a lease`,
    async () => {
      const { stdout } = await runIn(host, ['cat', consoleLog(name)]);
      const lease = /^address=.*$/m.exec(stdout.replaceAll('\r', ''))?.[0];
      if (!lease || !stdout.includes('neutron-lab: booted'))
        throw new Error(stdout.trim().split('\n').at(-1) ?? 'its console is silent');
      return lease;
    },
    60,
  );

export const isVm = async (host: RunningHost, name: string): Promise<boolean> =>
  (await runIn(host, ['test', '-S', consoleSocket(name)], { allowed: [0, 1] })).code === 0;

/** The words that run a command inside a virtual machine, through its console. */
export const insideVm = (name: string, command: readonly string[]) => [
  nodeProgram,
  `${projectRoot}/src/lab/tools/console.ts`,
  consoleSocket(name),
  ...command,
];
