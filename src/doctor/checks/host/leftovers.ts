import { namespaceBroken, namespacesWithoutAgent } from '../../../health/catalogue/host.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import { listNamespaces, namespaceExists } from '../../../linux/netns.ts';
import type { DoctorContext } from '../../context.ts';

/** Namespaces by the beginning of their names, and the agent that looks after them. */
const KINDS = [
  { prefix: 'qdhcp-', kind: 'DHCP server', agent: 'neutron-dhcp-agent' },
  { prefix: 'qrouter-', kind: 'router', agent: 'neutron-l3-agent' },
] as const;

/** What namespaces are left over is known only where no agent of their kind is, or where they are none any more. */
const namespaces: Check<DoctorContext> = {
  name: 'leftovers: namespaces',
  async run({ root, host, programs, configOf, unknown }) {
    if (!root) return notChecked('it needs root');
    if (programs.length === 0) return notChecked(unknown());
    const names = listNamespaces();
    const broken = names.filter((name) => /^q(dhcp|router)-/.test(name) && !namespaceExists(name));
    const found = KINDS.flatMap(({ prefix, kind, agent }) => {
      const left = names.filter((name) => name.startsWith(prefix) && !broken.includes(name));
      if (left.length === 0 || configOf(agent) !== undefined) return [];
      return [namespacesWithoutAgent.found({ kind, namespaces: left }, { host })];
    });
    return failing(
      [...found, ...(broken.length > 0 ? [namespaceBroken.found({ namespaces: broken }, { host })] : [])],
      `${names.length} namespaces`,
    );
  },
};

/** What is left on this host of what is gone. */
export const leftoverChecks: readonly Check<DoctorContext>[] = [namespaces];
