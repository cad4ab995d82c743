import { api } from '../../../config/options/index.ts';
import { portTaken } from '../../../health/catalogue/host.ts';
import { type Check, failing, pass } from '../../../health/checks.ts';
import { type BoundPort, holdersOf } from '../../../linux/boundPorts.ts';
import type { DoctorContext } from '../../context.ts';
import { vxlanPort } from './filters.ts';
import { usesVxlan } from './kernel.ts';

/** Who holds a port, in words; undefined for one of Neutron's daemons, or the kernel. */
function strangerAt({ inode }: BoundPort, { root, seen }: DoctorContext): string | undefined {
  if (inode === 0) return undefined;
  const pids = seen.processes().map(({ pid }) => pid);
  const holders = holdersOf(inode, pids);
  const own = new Set(seen.daemons().map(({ process }) => process.pid));
  const processes = seen.processes().filter(({ pid }) => holders.includes(pid));
  if (processes.some(({ pid, parent }) => own.has(pid) || own.has(parent))) return undefined;
  const [first] = processes;
  if (first !== undefined) return `${first.name} (process ${first.pid})`;
  return root ? undefined : 'a program that only root may see';
}

const server: Check<DoctorContext> = {
  name: 'ports: API',
  async run(context) {
    const { configOf, seen, host } = context;
    const config = configOf('neutron-server');
    if (config === undefined) return pass('no neutron-server is configured on this host');
    const { bind_port: port } = config.group(api);
    const bound = seen.ports().filter((one) => one.protocol === 'tcp' && one.port === port);
    const runs = seen.daemons().some(({ program }) => program === 'neutron-server');
    // A user who may not see who holds it cannot tell the server from a stranger.
    const holder =
      runs && !context.root ? undefined : bound.flatMap((one) => strangerAt(one, context) ?? [])[0];
    if (holder === undefined)
      return pass(bound.length > 0 ? `neutron-server listens on ${port}` : `${port} is free`);
    const args = { port: `TCP port ${port}`, user: 'neutron-server', holder };
    const evidence = bound.map(({ address }) => `TCP ${address}:${port} is listened on`);
    return failing([portTaken.found(args, { host, evidence })]);
  },
};

const tunnel: Check<DoctorContext> = {
  name: 'ports: VXLAN',
  async run(context) {
    const { seen, host } = context;
    if (!usesVxlan(context)) return pass('enable_vxlan is False');
    const port = vxlanPort(context);
    const bound = seen.ports().filter((one) => one.protocol === 'udp' && one.port === port);
    const holder = bound.flatMap((one) => strangerAt(one, context) ?? [])[0];
    if (holder === undefined) return pass(`UDP port ${port} is the kernel's or free`);
    const args = { port: `UDP port ${port}`, user: 'VXLAN', holder };
    const evidence = bound.map(({ address }) => `UDP ${address}:${port} is bound`);
    return failing([portTaken.found(args, { host, evidence })]);
  },
};

/** The ports that Neutron needs for itself on this host. */
export const portChecks: readonly Check<DoctorContext>[] = [server, tunnel];
