import { randomUUID } from 'node:crypto';
import { defer } from '../../db/deferred.ts';
import { L3_AGENT } from '../agents/agent.ts';
import { settleHints, storedHints } from '../agents/zones.ts';
import type { Item } from '../service.ts';
import { createStandardAttributes } from '../standardAttributes.ts';
import type { Work } from '../work.ts';
import { gatewayRequest, setGateway } from './gateway.ts';
import { wantedKind } from './kind.ts';
import type { L3Parts } from './parts.ts';
import { getRouter, presentRouter } from './rows.ts';
import type { RouterSettings } from './settings.ts';

/** Writes the rows of a new router; returns its id. */
async function insertRouter(
  parts: L3Parts,
  { tx }: Work,
  item: Item,
  settings: RouterSettings,
): Promise<string> {
  const id = randomUUID();
  const provider = await parts.providers.choose(tx, item);
  const asked = item.availability_zone_hints;
  const zones = await settleHints(tx, L3_AGENT, asked, settings.default_availability_zones);
  const kind = wantedKind(item, { ha: settings.l3_ha, distributed: settings.router_distributed });
  const description = (item.description as string) ?? '';
  const standard_attr_id = await createStandardAttributes(tx, 'routers', description, 1);
  await defer(
    tx,
    tx.insertInto('routers').values({
      id,
      project_id: item.tenant_id as string,
      name: item.name as string,
      admin_state_up: item.admin_state_up === false ? 0 : 1,
      status: 'ACTIVE',
      standard_attr_id,
      flavor_id: (item.flavor_id as string | null | undefined) ?? null,
    }),
    tx.insertInto('router_extra_attributes').values({
      router_id: id,
      ha: kind.ha ? 1 : 0,
      distributed: kind.distributed ? 1 : 0,
      ha_vr_id: 0,
      availability_zone_hints: storedHints(zones),
    }),
  );
  await parts.providers.assign(tx, id, provider);
  return id;
}

/** Makes one router, as it is before agents are found for it. */
export async function createRouter(
  parts: L3Parts,
  work: Work,
  item: Item,
  settings: RouterSettings,
): Promise<Item> {
  const { tx } = work;
  parts.quotas.check(tx, 'router', item.tenant_id as string);
  const id = await insertRouter(parts, work, item, settings);
  const row = await getRouter(tx, work.context, id);
  const gateway = gatewayRequest(item.external_gateway_info);
  if (row.ha) await parts.ha.ensureNetwork(work, item.tenant_id as string);
  if (gateway) await setGateway(parts, work, row, gateway, settings.enable_snat_by_default);
  if (!gateway && !row.ha) return presentRouter(tx, row);
  const created = await presentRouter(tx, await getRouter(tx, work.context, id));
  await parts.notifier.updated(work, [id]);
  // An HA router for which its project's network has no VRID left is there, and useless.
  const { status } = await getRouter(tx, work.context, id);
  return { ...created, status };
}
