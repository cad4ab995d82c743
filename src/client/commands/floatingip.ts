import { option, positional, withUnderscores } from '../argparse/argument.ts';
import { action, type Call, type Commands } from '../command.ts';
import { problemsOf } from '../diagnosis/remark.ts';
import { appliedAs, checkCanWait, untilApplied } from '../diagnosis/wait.ts';
import { list } from '../kinds/list.ts';
import { create, remove, show } from '../kinds/one.ts';
import { type Dict, isDict } from '../python/value.ts';
import { floatingip, network, router } from '../resources.ts';
import { dnsAttribute } from './shared.ts';

const fixedIp = withUnderscores(
  option('--fixed-ip-address', { help: 'Address of the port, if it has several.' }),
);

/** Leads a floating IP to another port, or nowhere; the routers that led it before and lead it now must apply that. */
const lead = async (call: Call, floating: Dict, done: string): Promise<void> => {
  await checkCanWait(call);
  const { args, api, print, wait } = call;
  const id = args.text('floatingip_id') ?? '';
  const path = `${floatingip.path}/${id}`;
  const before = wait === undefined ? {} : (await api.get(path)).floatingip;
  await api.put(path, { floatingip: floating });
  print(`${done} floating IP ${id}\n`);
  const former = isDict(before) ? appliedAs(router, 'router_id')(before) : undefined;
  await untilApplied(call, former, { resource: floatingip, id });
};

export const commands: Commands = {
  'floatingip-list': list({
    resource: floatingip,
    about: 'List floating IPs that belong to a given tenant.',
    columns: ['id', 'fixed_ip_address', 'floating_ip_address', 'port_id'],
  }),
  'floatingip-show': show({
    resource: floatingip,
    about: 'Show a floating IP.',
    names: false,
    remark: problemsOf(floatingip),
  }),
  'floatingip-create': create({
    resource: floatingip,
    about: 'Create a floating IP for a given tenant.',
    remark: problemsOf(floatingip),
    applied: appliedAs(floatingip),
    arguments: [
      positional('floating_network_id', 'FLOATING_NETWORK', {
        help: 'ID or name of the external network that the address is of.',
      }),
      option('--description', { help: 'Description of the floating IP.' }),
      ...withUnderscores(option('--port-id', { help: 'ID of the port to associate it with.' })),
      ...fixedIp,
      option('--floating-ip-address', { help: 'The floating IP to have.' }),
      option('--subnet', { dest: 'subnet_id', help: 'ID of the subnet that the address is of.' }),
      dnsAttribute('domain', 'floatingip'),
      dnsAttribute('name', 'floatingip'),
    ],
    body: async ({ args, api }) => ({
      floating_network_id: await api.findId(network, args.text('floating_network_id') ?? ''),
      ...args.pick(
        'port_id',
        'tenant_id',
        'fixed_ip_address',
        'description',
        'floating_ip_address',
        'subnet_id',
      ),
      ...args.given('dns_domain', 'dns_name'),
    }),
  }),
  'floatingip-delete': remove({
    resource: floatingip,
    about: 'Delete floating IPs.',
    names: false,
    applied: appliedAs(router, 'router_id'),
  }),
  'floatingip-associate': action({
    about: 'Lead a floating IP to a port.',
    arguments: [
      positional('floatingip_id', 'FLOATINGIP_ID', { help: 'ID of the floating IP.' }),
      positional('port_id', 'PORT', { help: 'ID of the port.' }),
      ...fixedIp,
    ],
    waits: true,
    run: (call) => lead(call, call.args.pick('port_id', 'fixed_ip_address'), 'Associated'),
  }),
  'floatingip-disassociate': action({
    about: 'Lead a floating IP nowhere.',
    arguments: [positional('floatingip_id', 'FLOATINGIP_ID', { help: 'ID of the floating IP.' })],
    waits: true,
    run: (call) => lead(call, { port_id: null }, 'Disassociated'),
  }),
};
