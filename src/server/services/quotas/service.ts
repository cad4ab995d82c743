import type { Db } from '../../db/database.ts';
import { fault } from '../../errors/index.ts';
import type { Item } from '../service.ts';
import { type Limits, type Quotas, setLimits } from './enforcement.ts';
import { type QuotaResource, quotaResourceNames } from './resources.ts';

/** The quotas of projects as the API offers them. */
export interface QuotaService {
  /** Projects with limits of their own. */
  list(): Promise<Item[]>;
  show(projectId: string): Promise<Limits>;
  defaults(): Limits;
  /** Limit, use and reservations per resource. */
  details(projectId: string): Promise<Item>;
  update(projectId: string, limits: Partial<Limits>): Promise<Limits>;
  /** @throws TenantQuotaNotFound (404) when the project has no limits of its own */
  delete(projectId: string): Promise<void>;
}

export function createQuotaService(db: Db, quotas: Quotas): QuotaService {
  const show = (projectId: string) => quotas.limits(db.kysely, projectId);
  return {
    async list() {
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
      const detail = async (name: QuotaResource) => [
        name,
        { limit: limits[name], used: await quotas.used(db.kysely, name, projectId), reserved: 0 },
      ];
      return Object.fromEntries(await Promise.all(quotaResourceNames.map(detail))) as Item;
    },
    async update(projectId, limits) {
      await db.transaction((tx) => setLimits(tx, projectId, limits));
      return show(projectId);
    },
    async delete(projectId) {
      const deleted = await db.transaction((tx) =>
        tx.deleteFrom('quotas').where('project_id', '=', projectId).executeTakeFirst(),
      );
      if (deleted.numDeletedRows === 0n) throw fault('TenantQuotaNotFound', { tenant_id: projectId });
    },
  };
}
