import { problem } from '../problem.ts';

/** What the kernel of a host can and cannot do. */

export const kernelWithoutVxlan = problem({
  code: 'kernel_without_vxlan',
  title: 'Kernel has no VXLAN',
  severity: 'error',
  sentence: ({ version }: { version: string }) => `kernel ${version} has no VXLAN; 3.13 or later is needed`,
  cause:
    'Private networks travel between hosts in VXLAN packets, which the kernel makes. This one was built without, or its module vxlan cannot be loaded.',
  fix: () => 'load the module, or boot a kernel that has it',
  command: () => 'modprobe vxlan',
  safe: true,
  example: { version: '3.10.0-229.el7' },
});
