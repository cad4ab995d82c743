import { positional } from '../argparse/argument.ts';
import { action, type Call, type Commands } from '../command.ts';
import { type Dict, str } from '../python/value.ts';
import { floatingip, network, port, type Resource, router, securityGroup } from '../resources.ts';

/** In the order in which nothing is in the way any more. */
const purgeable: readonly Resource[] = [floatingip, port, router, network, securityGroup];

const interfaceOwners = ['network:router_interface', 'network:router_interface_distributed'];

const removeOne = async ({ api }: Call, resource: Resource, item: Dict): Promise<void> => {
  if (resource === port && interfaceOwners.includes(str(item.device_owner ?? '')))
    await api.put(`${router.path}/${str(item.device_id ?? '')}/remove_router_interface`, {
      port_id: item.id!,
    });
  else await api.delete(`${resource.path}/${str(item.id!)}`);
};

const counted = (counts: ReadonlyMap<Resource, number>): string =>
  [...counts]
    .filter(([, count]) => count > 0)
    .map(([{ name }, count]) => ` ${count} ${count === 1 ? name : `${name}s`}`)
    .join(',');

const summary = (deleted: ReadonlyMap<Resource, number>, failed: ReadonlyMap<Resource, number>): string => {
  const parts = [
    deleted.size > 0 ? `Deleted${counted(deleted)}` : '',
    failed.size > 0 ? `The following resources could not be deleted:${counted(failed)}` : '',
  ].filter((part) => part !== '');
  return parts.length > 0 ? `${parts.join('. ')}.` : 'Tenant has no supported resources.';
};

const purge = async (call: Call): Promise<void> => {
  const tenant = call.args.text('tenant') ?? '';
  const found: [Resource, Dict][] = [];
  for (const resource of purgeable) {
    const fields = ['id', 'tenant_id', ...(resource === port ? ['device_id', 'device_owner'] : [])];
    const items = await call.api.list(resource.plural, resource.path, { fields });
    found.push(
      ...items.filter((item) => item.tenant_id === tenant).map((item): [Resource, Dict] => [resource, item]),
    );
  }
  const deleted = new Map<Resource, number>();
  const failed = new Map<Resource, number>();
  let total = found.length;
  let done = 0;
  for (const [resource, item] of found) {
    try {
      await removeOne(call, resource, item);
      deleted.set(resource, (deleted.get(resource) ?? 0) + 1);
      done++;
    } catch {
      failed.set(resource, (failed.get(resource) ?? 0) + 1);
      total--;
    }
    call.print(`\rPurging resources: ${total > 0 ? Math.floor((done / total) * 100) : 100}% complete.`);
  }
  call.print(`\n${summary(deleted, failed)}\n`);
};

export const commands: Commands = {
  purge: action({
    about: 'Delete everything that belongs to a project.',
    arguments: [positional('tenant', 'TENANT', { help: 'ID of the project.' })],
    run: purge,
  }),
};
