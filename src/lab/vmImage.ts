import {
  chmodSync,
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { run } from '../linux/process.ts';
import { projectRoot } from './paths.ts';

/** A kernel and an initial file system that QEMU boots. */
export interface VmImage {
  readonly kernel: string;
  readonly initrd: string;
}

const CACHE = join(projectRoot, 'node_modules', '.cache', 'vm');

/** In the order in which they depend on each other. */
const MODULES = [
  'virtio_ring',
  'virtio',
  'virtio_pci_legacy_dev',
  'virtio_pci_modern_dev',
  'virtio_pci',
  'failover',
  'net_failover',
  'virtio_net',
];

/** A line on the console is a command; its output is followed by its exit code. */
const INIT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec </dev/ttyS0 >/dev/ttyS0 2>&1
stty -echo
for module in ${MODULES.join(' ')}; do insmod /modules/$module.ko; done
ip link set lo up
ip link set eth0 up
udhcpc -i eth0 -q -n -t 20 -T 1 -s /udhcpc.sh -O mtu -O staticroutes
echo "neutron-lab: booted $(uname -r)"
while read -r line; do
  sh -c "$line"
  echo "neutron-lab: exit $?"
done
`;

/** Debian's cloud kernel, unpacked and not installed, with a busybox that asks DHCP; made once and kept in the cache. */
export async function vmImage(progress: (line: string) => void): Promise<VmImage> {
  const image = { kernel: join(CACHE, 'vmlinuz'), initrd: join(CACHE, 'initrd.gz') };
  if (existsSync(image.kernel) && existsSync(image.initrd)) return image;
  const work = mkdtempSync(join(tmpdir(), 'neutron-vm-'));
  try {
    const depends = (await run(['apt-cache', 'depends', 'linux-image-cloud-amd64'])).stdout;
    const name = /Depends: (\S+)/.exec(depends)?.[1];
    if (!name) throw new Error('apt knows no linux-image-cloud-amd64: run apt-get update');
    progress(`downloads and unpacks ${name} (it is not installed)`);
    await run([
      'sh',
      '-ec',
      'cd "$0" && apt-get download "$1" && dpkg-deb -x linux-image-*.deb kernel',
      work,
      name,
    ]);
    await buildInitrd(work, join(work, 'initrd.gz'));
    mkdirSync(CACHE, { recursive: true });
    copyFileSync(globSync(join(work, 'kernel/boot/vmlinuz-*'))[0]!, `${image.kernel}.new`);
    copyFileSync(join(work, 'initrd.gz'), image.initrd);
    renameSync(`${image.kernel}.new`, image.kernel);
    return image;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function buildInitrd(work: string, target: string): Promise<void> {
  const root = join(work, 'root');
  for (const directory of ['bin', 'modules', 'proc', 'sys', 'dev', 'tmp'])
    mkdirSync(join(root, directory), { recursive: true });
  const libraries = (await run(['ldd', '/bin/busybox'])).stdout.match(/\/\S+/g) ?? [];
  for (const file of ['/bin/busybox', ...libraries]) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    copyFileSync(file, join(root, file));
  }
  for (const file of globSync(join(work, 'kernel/lib/modules/*/kernel/**/*.ko'))) {
    if (MODULES.includes(basename(file, '.ko'))) copyFileSync(file, join(root, 'modules', basename(file)));
  }
  const script = readFileSync(join(projectRoot, 'src/lab/tools/udhcpc.sh'), 'utf8').replace(
    '#!/bin/sh',
    '#!/bin/busybox sh',
  );
  writeFileSync(join(root, 'udhcpc.sh'), script);
  writeFileSync(join(root, 'init'), INIT);
  for (const file of ['udhcpc.sh', 'init']) chmodSync(join(root, file), 0o755);
  await run([
    'sh',
    '-ec',
    'cd "$0" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1 > "$1"',
    root,
    target,
  ]);
}
