import type { Kysely } from 'kysely';
import { nothingLetIn, portWithoutGroup } from '../../health/catalogue/ports.ts';
import { failing, type Outcome, pass } from '../../health/checks.ts';
import type { Database } from '../db/schema/index.ts';
import { portSubject } from './judge.ts';

/** What filters a port: its groups with their rules of what comes in. */
export interface Filter {
  readonly portSecurity: boolean;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  /** Rules for what comes in; `remoteGroup` is set when only members of a group pass. */
  readonly ingress: readonly { readonly remoteGroup: string | null; readonly protocol: string | null }[];
}

/** Reads what filters a port: three queries. */
export async function filterOf(db: Kysely<Database>, portId: string): Promise<Filter> {
  const bound = db
    .selectFrom('securitygroupportbindings as bound')
    .innerJoin('securitygroups', 'securitygroups.id', 'bound.security_group_id')
    .where('bound.port_id', '=', portId);
  const [security, groups, rules] = await Promise.all([
    db
      .selectFrom('portsecuritybindings')
      .select('port_security_enabled')
      .where('port_id', '=', portId)
      .executeTakeFirst(),
    bound.select(['securitygroups.id', 'securitygroups.name']).orderBy('securitygroups.name').execute(),
    bound
      .innerJoin('securitygrouprules as rule', 'rule.security_group_id', 'securitygroups.id')
      .select(['rule.remote_group_id', 'rule.protocol'])
      .where('rule.direction', '=', 'ingress')
      .execute(),
  ]);
  return {
    portSecurity: security?.port_security_enabled !== 0,
    groups: groups.map(({ id, name }) => ({ id, name: name ?? '' })),
    ingress: rules.map(({ remote_group_id, protocol }) => ({ remoteGroup: remote_group_id, protocol })),
  };
}

/** Whether anything gets through to a machine's port. */
export function judgeFilter(portId: string, { portSecurity, groups, ingress }: Filter): Outcome {
  const subject = portSubject({ id: portId });
  if (!portSecurity) return pass('its port security is off: nothing is filtered');
  if (groups.length === 0) return failing([portWithoutGroup.found({ port: portId }, { subject })]);
  const open = ingress.filter(({ remoteGroup }) => remoteGroup === null);
  if (open.length === 0) return failing([nothingLetIn.found({ port: portId, groups }, { subject })]);
  return pass(`let in: ${[...new Set(open.map(({ protocol }) => protocol ?? 'everything'))].join(', ')}`);
}
