import { release } from 'node:os';
import { linuxBridge, ml2Vlan, securitygroup, vxlan } from '../../../config/options/index.ts';
import {
  brNetfilterMissing,
  ebtablesUnusable,
  ipsetUnusable,
  kernelWithoutFeature,
  kernelWithoutVxlan,
  noNamespaces,
  packetFilterIncomplete,
} from '../../../health/catalogue/kernel.ts';
import { type Check, failing, notChecked, type Outcome, pass } from '../../../health/checks.ts';
import type { Finding, Where } from '../../../health/finding.ts';
import { run } from '../../../linux/process.ts';
import { hasProgram } from '../../../linux/programs.ts';
import { NoNamespaces, tryInNamespace } from '../../../linux/trial.ts';
import type { DoctorContext } from '../../context.ts';
import { DEVICE_TRIES, type Family, ruleTries, toolOf } from './tries.ts';

type Tries = ReadonlyMap<string, string | undefined>;

/** All tries are one process, shared by the checks that read their part of it. */
const made = new WeakMap<DoctorContext, Promise<Tries>>();
function triesOf(context: DoctorContext): Promise<Tries> {
  const rules = Object.fromEntries(ruleTries.map(({ script }) => [script, script]));
  const tries = made.get(context) ?? tryInNamespace({ ...DEVICE_TRIES, ...rules });
  made.set(context, tries);
  return tries;
}

/** A check that reads what was tried; without root, or where it does not matter, it is not made. */
const tried = (
  name: string,
  matters: (context: DoctorContext) => boolean,
  judge: (tries: Tries, where: Where, context: DoctorContext) => Outcome | Promise<Outcome>,
): Check<DoctorContext> => ({
  name,
  async run(context) {
    if (!context.root) return notChecked('it needs root');
    if (!matters(context)) return pass('nothing that is configured here needs it');
    const { host } = context;
    try {
      return await judge(await triesOf(context), { host }, context);
    } catch (error) {
      if (!(error instanceof NoNamespaces)) throw error;
      return notChecked('no network namespace can be made to try it in');
    }
  },
});

const AGENT = 'neutron-linuxbridge-agent';
const wiresPorts = ({ wants }: DoctorContext) => wants(AGENT);
const hasNamespaces = ({ wants }: DoctorContext) => wants('neutron-l3-agent', 'neutron-dhcp-agent');

export const usesVxlan = (context: DoctorContext) =>
  wiresPorts(context) && (context.configOf(AGENT)?.group(vxlan).enable_vxlan ?? true);

/** Whether the agent here writes security groups; its noop driver does not. */
export function filters(context: DoctorContext): boolean {
  const groups = context.configOf(AGENT)?.group(securitygroup);
  if (!wiresPorts(context)) return false;
  return (
    groups === undefined || (groups.enable_security_group && !/noop/i.test(groups.firewall_driver ?? 'noop'))
  );
}

const usesVlan = (context: DoctorContext) =>
  (context.configOf('neutron-server')?.group(ml2Vlan).network_vlan_ranges.length ?? 0) > 0 &&
  (context.configOf(AGENT)?.group(linuxBridge).physical_interface_mappings.length ?? 0) > 0;

const namespaces: Check<DoctorContext> = {
  name: 'kernel: network namespaces',
  async run(context) {
    if (!context.root) return notChecked('it needs root');
    try {
      const error = (await triesOf(context)).get('namespace');
      if (error === undefined) return pass('a namespace can be made and left');
      return failing([noNamespaces.found({ version: release() }, { host: context.host, evidence: [error] })]);
    } catch (error) {
      if (!(error instanceof NoNamespaces)) throw error;
      const evidence = [error.message];
      return failing([noNamespaces.found({ version: release() }, { host: context.host, evidence })]);
    }
  },
};

interface Feature {
  readonly key: keyof typeof DEVICE_TRIES;
  readonly feature: string;
  readonly effect: string;
  readonly module: string;
  matters(context: DoctorContext): boolean;
}

const FEATURES: readonly Feature[] = [
  {
    key: 'veth',
    feature: 'a veth pair',
    effect: 'no DHCP server and no router can be plugged in',
    module: 'veth',
    matters: hasNamespaces,
  },
  {
    key: 'bridge',
    feature: 'a bridge',
    effect: 'no network can be built',
    module: 'bridge',
    matters: wiresPorts,
  },
  {
    key: 'tap',
    feature: 'a tap device',
    effect: 'no virtual machine can be plugged in',
    module: 'tun',
    matters: wiresPorts,
  },
  {
    key: 'vlan',
    feature: 'a VLAN device',
    effect: 'networks of type vlan do not work',
    module: '8021q',
    matters: usesVlan,
  },
  {
    key: 'ip_forward',
    feature: 'a namespace that forwards packets',
    effect: 'no router works',
    module: 'ip_tables',
    matters: hasNamespaces,
  },
];

const features = FEATURES.map(({ key, feature, effect, module, matters }) =>
  tried(`kernel: ${feature.replace(/^an? /, '')}`, matters, (tries, where) => {
    const error = tries.get(key);
    if (error === undefined) return pass(`kernel ${release()} made ${feature}`);
    const args = { version: release(), feature, effect, module };
    return failing([kernelWithoutFeature.found(args, { ...where, evidence: [error] })]);
  }),
);

const kernelVxlan = tried('kernel: VXLAN', usesVxlan, (tries, where) => {
  const error = tries.get('vxlan');
  if (error === undefined) return pass(`kernel ${release()} made a VXLAN device`);
  return failing([kernelWithoutVxlan.found({ version: release() }, { ...where, evidence: [error] })]);
});

const brNetfilter = tried('kernel: br_netfilter', filters, async (tries, where, { seen }) => {
  if (tries.get('br_netfilter') === undefined) return pass('bridged packets can be filtered');
  const runs = seen.daemons().some(({ program }) => program === AGENT);
  if (!runs && (await canLoad('br_netfilter'))) return pass('the agent loads it when it starts');
  return failing([
    brNetfilterMissing.found({}, { ...where, evidence: ['there is no /proc/sys/net/bridge'] }),
  ]);
});

const canLoad = (module: string): Promise<boolean> =>
  run(['modprobe', '--dry-run', module]).then(
    () => true,
    () => false,
  );

const sets = tried('packet filter: address sets', filters, (tries, where, { configOf }) => {
  if (configOf(AGENT)?.group(securitygroup).enable_ipset === false) return pass('enable_ipset is False');
  if (!hasProgram('ipset')) return notChecked('there is no program ipset');
  const error = tries.get('ipset4') ?? tries.get('ipset6');
  if (error === undefined) return pass('sets of type hash:net can be made');
  return failing([ipsetUnusable.found({ kind: 'hash:net' }, { ...where, evidence: [error] })]);
});

const ebtables = tried('packet filter: ebtables', filters, (tries, where) => {
  if (!hasProgram('ebtables-restore')) return notChecked('there is no program ebtables-restore');
  const error = tries.get('ebtables');
  if (error === undefined) return pass('rules against ARP spoofing can be written');
  return failing([ebtablesUnusable.found({ tool: 'ebtables' }, { ...where, evidence: [error] })]);
});

const ruleChecks = ([4, 6] as const).map((family) =>
  tried(
    `packet filter: ${toolOf(family)}`,
    (context) => filters(context) || hasNamespaces(context),
    (tries, where, context) => {
      if (!hasProgram(toolOf(family))) return notChecked(`there is no program ${toolOf(family)}`);
      const withSets =
        filters(context) && (context.configOf(AGENT)?.group(securitygroup).enable_ipset ?? true);
      return failing(refusedRules(tries, family, withSets, where), 'every kind of rule was taken');
    },
  ),
);

function refusedRules(tries: Tries, family: Family, withSets: boolean, where: Where): readonly Finding[] {
  const setsWork = tries.get(`ipset${family}`) === undefined;
  const refused = ruleTries.filter(
    ({ family: its, script, rule }) =>
      its === family &&
      tries.get(script) !== undefined &&
      (!rule.includes('match-set') || (withSets && setsWork)),
  );
  if (refused.length === 0) return [];
  const modules = [...new Set(refused.map(({ module }) => module))];
  const evidence = refused.slice(0, 4).map(({ script }) => `${script}: ${tries.get(script)!.split('\n')[0]}`);
  const args = { tool: toolOf(family), missing: refused.map(({ rule }) => rule), modules };
  return [packetFilterIncomplete.found(args, { ...where, evidence })];
}

/** What the kernel and its tools can do, tried and not read from a version. */
export const kernelChecks: readonly Check<DoctorContext>[] = [
  namespaces,
  ...features,
  kernelVxlan,
  brNetfilter,
  sets,
  ebtables,
  ...ruleChecks,
];
