import { flag, option, positional } from '../argparse/argument.ts';
import { action, type Call, type Commands } from '../command.ts';
import { ClientError } from '../errors.ts';
import { oneArguments } from '../format/arguments.ts';
import type { Query } from '../http/api.ts';
import { extraValues } from '../kinds/extra.ts';
import { printOne, readable } from '../kinds/output.ts';
import { isDict } from '../python/value.ts';
import { autoAllocatedTopology as topology } from '../resources.ts';

const tenantArguments = [
  option('--tenant-id', { metavar: 'tenant-id', help: 'The owner tenant ID.' }),
  positional('pos_tenant_id', 'pos_tenant_id', { nargs: '?', hidden: true }),
];

/** The server takes `None` for the caller's own project. */
const tenantOf = ({ args }: Call): string => args.text('tenant_id') ?? args.text('pos_tenant_id') ?? 'None';

export const commands: Commands = {
  'auto-allocated-topology-show': action({
    about: "Show a project's ready-made network, making it if there is none.",
    output: oneArguments(),
    arguments: [flag('--dry-run', { help: 'Only check whether it could be made.' }), ...tenantArguments],
    async run(call) {
      const unknown = Object.keys(extraValues(call.extra));
      if (unknown.length > 0) throw new ClientError(`Invalid argument(s): --${unknown.join(', --')}`);
      const query: Query = call.args.flag('dry_run') ? { fields: ['dry-run'] } : {};
      const answer = (await call.api.get(`${topology.path}/${tenantOf(call)}`, query))[topology.name];
      if (!isDict(answer)) return;
      const passed = Object.values(answer).includes('dry-run=pass');
      await printOne(call, passed ? { 'dry-run': 'pass' } : readable(answer));
    },
  }),
  'auto-allocated-topology-delete': action({
    about: "Delete a project's ready-made network.",
    arguments: tenantArguments,
    async run(call) {
      const tenant = tenantOf(call);
      await call.api.delete(`${topology.path}/${tenant}`);
      call.print(`Deleted topology for tenant ${tenant === 'None' ? 'None (i.e. yours)' : tenant}.\n`);
    },
  }),
};
