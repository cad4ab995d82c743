import { type Argument, option, positional, withUnderscores } from '../argparse/argument.ts';
import { parseInteger } from '../argparse/types.ts';
import { action, type Call, type Commands } from '../command.ts';
import { ClientError } from '../errors.ts';
import { listArguments, oneArguments } from '../format/arguments.ts';
import { extraValues, mergeInto } from '../kinds/extra.ts';
import { byCodePoint, printList, printOne, readable } from '../kinds/output.ts';
import { type Dict, isDict, str } from '../python/value.ts';
import { quota } from '../resources.ts';

const tenantArguments: readonly Argument[] = withUnderscores(
  option('--tenant-id', { metavar: 'tenant-id', help: 'The owner tenant ID.' }),
);
const positionalTenant = positional('pos_tenant_id', 'pos_tenant_id', { nargs: '?', hidden: true });

/** Resources whose quota has an option of its own, by attribute, with the option's metavar. */
const limits: Readonly<Record<string, string>> = {
  network: 'networks',
  subnet: 'subnets',
  port: 'ports',
  router: 'routers',
  floatingip: 'floatingips',
  security_group: 'security_groups',
  security_group_rule: 'security_group_rules',
  vip: 'vips',
  pool: 'pools',
  member: 'members',
  healthmonitor: 'health_monitors',
  loadbalancer: 'loadbalancers',
  listener: 'listeners',
  rbac_policy: 'rbac_policies',
};

const limitArguments = Object.entries(limits).map(([attribute, plural]) =>
  option(attribute === 'healthmonitor' ? '--health-monitor' : `--${attribute.replaceAll('_', '-')}`, {
    dest: attribute,
    metavar: plural,
    help: `How many ${plural.replaceAll('_', ' ')} there may be.`,
  }),
);

/** The project that the command is about: the one named, or the caller's. */
const tenantOf = async ({ args, api }: Call): Promise<string> => {
  const named = args.text('pos_tenant_id') ?? args.text('tenant_id');
  if (named !== undefined) return named;
  const { tenant } = await api.get(`${quota.path}/tenant`);
  return isDict(tenant) ? str(tenant.tenant_id ?? null) : '';
};

const newLimits = ({ args }: Call): Dict => {
  const body: Dict = {};
  for (const attribute of Object.keys(limits)) {
    const given = args.text(attribute);
    if (given === undefined) continue;
    const limit = parseInteger(given);
    if (limit === undefined) throw new ClientError(`Quota limit for ${attribute} must be an integer`);
    body[attribute] = limit;
  }
  if (Object.keys(body).length === 0)
    throw new ClientError('Must specify a valid resource with new quota value');
  return body;
};

const printQuota = async (
  call: Call,
  answer: Dict,
  arrange = (object: Dict): Dict => object,
): Promise<void> => {
  if (isDict(answer.quota)) await printOne(call, arrange(answer.quota));
};

const showCommand = (about: string, suffix: string) =>
  action({
    about,
    output: oneArguments(),
    arguments: [...tenantArguments, positionalTenant],
    async run(call) {
      await printQuota(call, await call.api.get(`${quota.path}/${await tenantOf(call)}${suffix}`));
    },
  });

export const commands: Commands = {
  'quota-list': action({
    about: 'List the projects whose quotas differ from the defaults.',
    output: listArguments(),
    async run(call) {
      const { quotas } = await call.api.get(quota.path);
      const items = Array.isArray(quotas) ? quotas.filter(isDict) : [];
      const columns = Object.keys(items[0] ?? {}).sort(byCodePoint);
      await printList(call, { columns, rows: items.map((item) => columns.map((name) => item[name] ?? '')) });
    },
  }),
  'quota-show': showCommand('Show the quotas of a project.', ''),
  'quota-default-show': showCommand('Show the quotas that a project has by default.', '/default'),
  'quota-update': action({
    about: 'Change the quotas of a project.',
    output: oneArguments(),
    arguments: [...tenantArguments, ...limitArguments, positionalTenant],
    async run(call) {
      const rest = mergeInto(call.args, extraValues(call.extra));
      const body = { ...newLimits(call), ...rest };
      await printQuota(
        call,
        await call.api.put(`${quota.path}/${await tenantOf(call)}`, { quota: body }),
        readable,
      );
    },
  }),
  'quota-delete': action({
    about: 'Give a project the default quotas again.',
    arguments: [...tenantArguments, positionalTenant],
    async run(call) {
      const tenant = await tenantOf(call);
      await call.api.delete(`${quota.path}/${tenant}`);
      call.print(`Deleted quota: ${tenant}\n`);
    },
  }),
};
