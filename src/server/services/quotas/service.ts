import type { Db } from '../../db/database.ts';
import { badRequest, fault } from '../../errors/index.ts';
import type { Item, Tx } from '../service.ts';
import { type Limits, type Quotas, setLimits } from './enforcement.ts';

/** The quotas of projects as the API offers them. */
export interface QuotaService {
  /** Projects with limits of their own. */
  list(): Promise<Item[]>;
  show(projectId: string): Promise<Limits>;
  defaults(): Limits;
  /** Limit, use and reservations per resource. */
  details(projectId: string): Promise<Item>;
  /**
   * Sets limits; `checked`, only if no one is below what the project has and is about to get.
   * @throws HTTPBadRequest
   */
  update(projectId: string, limits: Partial<Limits>, checked?: boolean): Promise<Limits>;
  /** @throws TenantQuotaNotFound (404) when the project has no limits of its own */
  delete(projectId: string): Promise<void>;
}

async function checkLimits(
  tx: Tx,
  quotas: Quotas,
  projectId: string,
  limits: Partial<Limits>,
): Promise<void> {
  const reserved = await quotas.reserved(tx, projectId);
  for (const name of quotas.names) {
    const limit = limits[name];
    if (limit === undefined) continue;
    const usage = (await quotas.used(tx, name, projectId)) + (reserved[name] ?? 0);
    if (usage <= limit) continue;
    const message = `Quota limit ${limit} for ${name} must be greater than or equal to already used ${usage}`;
    throw badRequest(message);
  }
}

export function createQuotaService(db: Db, quotas: Quotas): QuotaService {
  const show = (projectId: string) => quotas.limits(db.kysely, projectId);
  return {
    async list() {
      if (quotas.names.length === 0) return [];
      const rows = await db.kysely.selectFrom('quotas').select(['project_id', 'resource', 'limit']).execute();
      const projects = new Map<string | null, Record<string, unknown>>();
      for (const { project_id, resource, limit } of rows) {
        const limits = projects.get(project_id) ?? { ...quotas.defaults };
        if (resource !== null && resource in quotas.defaults) limits[resource] = limit;
        projects.set(project_id, limits);
      }
      return [...projects].map(([id, limits]) => ({ ...limits, project_id: id, tenant_id: id }));
    },
    show,
    defaults: () => quotas.defaults,
    async details(projectId) {
      const limits = await show(projectId);
      const reserved = await quotas.reserved(db.kysely, projectId);
      const entries = quotas.names.map(async (name) => {
        const used = await quotas.used(db.kysely, name, projectId);
        return [name, { limit: limits[name], used, reserved: reserved[name] ?? 0 }];
      });
      return Object.fromEntries(await Promise.all(entries)) as Item;
    },
    async update(projectId, limits, checked = false) {
      if (quotas.names.length === 0) return show(projectId);
      await db.transaction(async (tx) => {
        if (checked) await checkLimits(tx, quotas, projectId, limits);
        await setLimits(tx, projectId, limits);
      });
      return show(projectId);
    },
    async delete(projectId) {
      const deleted = await db.transaction((tx) =>
        tx.deleteFrom('quotas').where('project_id', '=', projectId).executeTakeFirst(),
      );
      if (deleted.numDeletedRows === 0n && quotas.names.length > 0)
        throw fault('TenantQuotaNotFound', { tenant_id: projectId });
    },
  };
}
