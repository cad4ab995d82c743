import { release } from 'node:os';
import { kernelWithoutFeature, kernelWithoutVxlan } from '../../../health/catalogue/kernel.ts';
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

const version = release();
const LACKING = {
  vxlan: kernelWithoutVxlan.found({ version }),
  vlan: kernelWithoutFeature.found({
    version,
    feature: 'a VLAN device',
    effect: 'networks of type vlan do not work',
    module: '8021q',
  }),
  bridge: kernelWithoutFeature.found({
    version,
    feature: 'a bridge',
    effect: 'no network can be built',
    module: 'bridge',
  }),
} as const;

function lackingKernel(network: Network, error: unknown): Unwirable | undefined {
  if (!(error instanceof BatchFailed)) return undefined;
  const type = /type (vlan|vxlan|bridge)/.exec(error.failure.line)?.[1] as keyof typeof LACKING | undefined;
  if (!type || !/Unknown device type|Operation not supported/.test(error.failure.error)) return undefined;
  return new Unwirable(`Network ${network.id} of type ${network.type} cannot be wired`, LACKING[type]);
}
