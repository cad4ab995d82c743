import { noAnswerAtAll } from '../../health/catalogue/path.ts';
import { failing, notChecked, type Outcome, pass } from '../../health/checks.ts';
import { versionOf } from '../../net/address.ts';
import type { Probe } from '../../rpc/probes.ts';
import type { Prober } from '../probes/prober.ts';
import { type End, type Facts, hostOf, isFiltered, labelOf, type Question, type TracePort } from './facts.ts';
import { METADATA } from './path/metadata.ts';
import { judge } from './verdict.ts';

/** Something that is sent from a temporary port beside the one that the path begins at. */
export interface Sending {
  readonly name: string;
  /** Where nothing can be sent, why. */
  readonly send: (() => Promise<Outcome>) | string;
}

/** How long an answer is waited for: what the agents must be told of the new port included. */
const SECONDS = 8;

/** The packet itself, sent from the host, network and security groups of the port that the path begins at. */
export function sending(
  prober: Prober,
  facts: Facts,
  { from, to, question }: { from: TracePort; to: End; question: Question },
): Sending | undefined {
  const host = hostOf(facts, from);
  if (host === null || !isFiltered(from)) return undefined;
  const target = to.floating ?? to.address;
  const what = question.port === undefined ? question.protocol : `${question.protocol}/${question.port}`;
  const name = `${what} to ${target}, sent from a temporary port beside port ${labelOf(from)} on ${host}`;
  const probe = probeOf(target, question);
  const why = versionOf(target) === 6 ? 'IPv6 is not sent' : onlyFor(from, to, question);
  if (why !== undefined || probe === undefined) return { name, send: why ?? 'nothing answers such a packet' };
  const subnetId = from.fixed_ips.find(({ ip_address }) => versionOf(ip_address) === 4)?.subnet_id;
  const place = {
    networkId: from.network_id,
    host,
    securityGroups: from.security_groups,
    projectId: from.project_id,
    ...(subnetId === undefined ? {} : { subnetId }),
  };
  const send = async (): Promise<Outcome> => {
    try {
      const { result, evidence } = await prober.withPort(place, (run) => run(probe));
      const [reason = 'no answer'] = evidence;
      if (result === 'pass') return pass(...evidence);
      if (result === 'not checked') return notChecked(reason);
      const found = noAnswerAtAll.found({ what, from: host, to: target, reason }, { host });
      return failing([found]);
    } catch (error) {
      return notChecked(`no temporary port could be made: ${error instanceof Error ? error.message : error}`);
    }
  };
  return { name, send };
}

function probeOf(target: string, { protocol, port }: Question): Probe | undefined {
  if (protocol === 'icmp')
    return target === METADATA ? undefined : { kind: 'echo', target, seconds: SECONDS };
  if (protocol === 'tcp' && port !== undefined) return { kind: 'tcp', target, port, seconds: SECONDS };
  return port === 67 ? { kind: 'dhcp', seconds: SECONDS } : undefined;
}

/** A rule that lets in this very address says nothing of the temporary port's. */
function onlyFor(from: TracePort, to: End, question: Question): string | undefined {
  if (!to.port || to.floating !== undefined) return undefined;
  const source = from.fixed_ips.find(({ ip_address }) => versionOf(ip_address) === 4)?.ip_address;
  const verdict = source === undefined ? undefined : judge(to.port, 'ingress', source, question);
  if (!verdict?.allowed) return undefined;
  const { rule } = verdict;
  const all = [rule?.remotePrefix, ...(rule?.remote?.members ?? [])].filter((one) => typeof one === 'string');
  const ofGroup =
    rule?.remote && !rule.remotePrefix && from.groups.some(({ name }) => name === rule.remote?.name);
  const alone = all.length > 0 && !ofGroup && all.every((one) => one === source || one === `${source}/32`);
  return alone ? 'a rule lets in the address of this port alone' : undefined;
}
