import { DHCP_PORT } from '../../net/deviceOwners.ts';
import { message } from '../../rpc/interface.ts';
import { securityGroupUpdate } from '../../rpc/l2agent.ts';
import type { Tx } from '../services/service.ts';
import type { OutboxMessage } from './outbox.ts';

interface Member {
  readonly device_owner: string;
  readonly security_groups: readonly string[];
}

/**
 * The cast that tells agents that members of groups came, went or changed address; undefined when no rule refers to
 * the groups, as then no filter depends on who is in them.
 */
export async function membersUpdated(
  tx: Tx,
  context: OutboxMessage['context'],
  ports: readonly Member[],
): Promise<OutboxMessage | undefined> {
  const groups = new Set(
    ports.flatMap(({ device_owner, security_groups }) => (device_owner === DHCP_PORT ? [] : security_groups)),
  );
  if (groups.size === 0) return undefined;
  const referred = await tx
    .selectFrom('securitygrouprules')
    .select('remote_group_id')
    .distinct()
    .where('remote_group_id', 'in', [...groups])
    .execute();
  const security_groups = referred.flatMap(({ remote_group_id }) => remote_group_id ?? []);
  if (security_groups.length === 0) return undefined;
  const cast = message(
    securityGroupUpdate,
    'security_groups_member_updated',
    { security_groups },
    { fanout: true },
  );
  return { ...cast, context };
}
