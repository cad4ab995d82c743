import { BatchFailed, ip } from '../../../linux/batch.ts';
import { writeSysctls } from '../../../linux/sysctl.ts';
import { type Network, Unwirable } from './network.ts';
import type { NetworkPlan } from './plan.ts';

/** Carries out a network's plan. Rejects with BatchFailed, or Unwirable when this kernel lacks what it takes. */
export async function applyNetwork(network: Network, plan: NetworkPlan): Promise<void> {
  try {
    await ip(plan.lines);
  } catch (error) {
    throw lackingKernel(network, error) ?? error;
  }
  writeSysctls(plan.sysctls);
}

const MODULES = { vlan: '8021q', vxlan: 'vxlan', bridge: 'bridge' } as const;

function lackingKernel(network: Network, error: unknown): Unwirable | undefined {
  if (!(error instanceof BatchFailed)) return undefined;
  const type = /type (vlan|vxlan|bridge)/.exec(error.failure.line)?.[1] as keyof typeof MODULES | undefined;
  if (!type || !/Unknown device type|Operation not supported/.test(error.failure.error)) return undefined;
  return new Unwirable(
    `Network ${network.id} of type ${network.type} cannot be wired: this kernel cannot make ${type} devices. Run \`modprobe ${MODULES[type]}\`, or install a kernel that has the module ${MODULES[type]}.`,
  );
}
