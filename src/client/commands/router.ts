import { boolean, flag, option, positional, repeated, withUnderscores } from '../argparse/argument.ts';
import { keyValues } from '../argparse/types.ts';
import { action, type Call, type Commands } from '../command.ts';
import { problemsOf } from '../diagnosis/remark.ts';
import { appliedAs, checkCanWait, untilApplied } from '../diagnosis/wait.ts';
import { ClientError } from '../errors.ts';
import { list } from '../kinds/list.ts';
import { create, remove, show, update } from '../kinds/one.ts';
import { type Dict, str } from '../python/value.ts';
import { flavor, network, port, router, subnet } from '../resources.ts';
import { adminStateDown, availabilityZoneHints, jsonCell, resolveSubnets } from './shared.ts';

const routerOf = appliedAs(router);

const routerArgument = positional('router', 'ROUTER', { help: 'ID or name of the router.' });

const interfaceArguments = [
  routerArgument,
  positional('interface', 'INTERFACE', {
    help: 'SUBNET, subnet=SUBNET or port=PORT, by ID or name.',
  }),
];

const changeInterface = async (call: Call, verb: 'add' | 'remove'): Promise<Dict> => {
  await checkCanWait(call);
  const given = call.args.text('interface') ?? '';
  const kind = given.includes('=') ? given.slice(0, given.indexOf('=')) : 'subnet';
  const resource = { subnet, port }[kind];
  if (!resource) throw new ClientError('You must specify either subnet or port for INTERFACE parameter.');
  const routerId = await call.api.findId(router, call.args.text('router') ?? '');
  const id = await call.api.findId(resource, given.slice(given.indexOf('=') + 1));
  const changed = await call.api.put(`${router.path}/${routerId}/${verb}_router_interface`, {
    [`${kind}_id`]: id,
  });
  return { ...changed, id: routerId };
};

/** Sets the gateway of the router that the command names. Returns the router's id. */
const changeGateway = async (call: Call, gateway: (call: Call) => Promise<Dict> | Dict): Promise<string> => {
  await checkCanWait(call);
  const id = await call.api.findId(router, call.args.text('router') ?? '');
  await call.api.put(`${router.path}/${id}`, {
    router: { external_gateway_info: await gateway(call) },
  });
  return id;
};

const gatewayOf = async (call: Call): Promise<Dict> => {
  const ips = await resolveSubnets(call, call.args.dicts('fixed_ip'));
  return {
    network_id: await call.api.findId(network, call.args.text('external_network') ?? ''),
    ...(call.args.flag('enable_snat') ? { enable_snat: true } : {}),
    ...(call.args.flag('disable_snat') ? { enable_snat: false } : {}),
    ...(ips.length > 0 ? { external_fixed_ips: ips } : {}),
  };
};

/** Adds to a router, or takes from it. */
const attachments: Commands = {
  'router-interface-add': action({
    about: 'Give a router an interface on a network.',
    arguments: interfaceArguments,
    waits: true,
    async run(call) {
      const added = await changeInterface(call, 'add');
      call.print(`Added interface ${str(added.port_id ?? null)} to router ${call.args.text('router')}.\n`);
      await untilApplied(call, routerOf(added));
    },
  }),
  'router-interface-delete': action({
    about: 'Take an interface from a router.',
    arguments: interfaceArguments,
    waits: true,
    async run(call) {
      const removed = await changeInterface(call, 'remove');
      call.print(`Removed interface from router ${call.args.text('router')}.\n`);
      await untilApplied(call, routerOf(removed));
    },
  }),
  'router-gateway-set': action({
    about: 'Connect a router to an external network.',
    arguments: [
      routerArgument,
      positional('external_network', 'EXTERNAL-NETWORK', { help: 'ID or name of the external network.' }),
      flag('--enable-snat', { help: "Hide inner addresses behind the router's." }),
      flag('--disable-snat', { help: 'Send inner addresses out as they are.' }),
      repeated('--fixed-ip', {
        metavar: 'subnet_id=SUBNET,ip_address=IP_ADDR',
        type: keyValues([], ['subnet_id', 'ip_address']),
        help: 'Subnet (ID or name) and address to have on the external network, or one of the two; may be repeated.',
      }),
    ],
    waits: true,
    async run(call) {
      const id = await changeGateway(call, gatewayOf);
      call.print(`Set gateway for router ${call.args.text('router')}\n`);
      await untilApplied(call, routerOf({ id }));
    },
  }),
  'router-gateway-clear': action({
    about: 'Disconnect a router from its external network.',
    arguments: [routerArgument],
    waits: true,
    async run(call) {
      const id = await changeGateway(call, () => ({}));
      call.print(`Removed gateway from router ${call.args.text('router')}\n`);
      await untilApplied(call, routerOf({ id }));
    },
  }),
};

export const commands: Commands = {
  'router-list': list({
    resource: router,
    about: 'List routers that belong to a given tenant.',
    columns: ['id', 'name', 'external_gateway_info', 'distributed', 'ha'],
    cells: { external_gateway_info: jsonCell('external_gateway_info') },
  }),
  'router-show': show({ resource: router, about: 'Show a router.', remark: problemsOf(router) }),
  'router-create': create({
    resource: router,
    about: 'Create a router for a given tenant.',
    remark: problemsOf(router),
    applied: routerOf,
    arguments: [
      ...withUnderscores(adminStateDown('The router is to be down.')),
      positional('name', 'NAME', { help: 'Name of the router.' }),
      option('--description', { help: 'Description of router.' }),
      option('--flavor', { help: 'ID or name of flavor.' }),
      boolean('--distributed', { help: 'Whether the router is distributed over the hosts.' }),
      boolean('--ha', { help: 'Whether the router is highly available.' }),
      availabilityZoneHints('router'),
    ],
    body: async ({ args, api }) => ({
      admin_state_up: args.flag('admin_state'),
      ...(args.text('flavor') ? { flavor_id: await api.findId(flavor, args.text('flavor')!) } : {}),
      ...args.pick('name', 'tenant_id', 'distributed', 'ha', 'description'),
      ...args.given('availability_zone_hints'),
    }),
  }),
  'router-update': update({
    resource: router,
    about: 'Change a router.',
    applied: routerOf,
    arguments: [
      option('--name', { help: 'New name.' }),
      option('--description', { help: 'Description of router.' }),
      ...withUnderscores(
        boolean('--admin-state-up', { dest: 'admin_state', help: 'Whether the router is to be up.' }),
      ),
      boolean('--distributed', { help: 'Whether the router is distributed over the hosts.' }),
      repeated('--route', {
        dest: 'routes',
        metavar: 'destination=CIDR,nexthop=IP_ADDR',
        type: keyValues(['destination', 'nexthop']),
        exclusive: 'routes',
        help: 'Route of the router; may be repeated.',
      }),
      flag('--no-routes', { exclusive: 'routes', help: 'The router has no further routes.' }),
    ],
    body: ({ args }) => ({
      ...(args.has('admin_state') ? { admin_state_up: args.get('admin_state')! } : {}),
      ...args.pick('name', 'distributed', 'description'),
      ...(args.flag('no_routes') ? { routes: null } : args.given('routes')),
    }),
  }),
  'router-delete': remove({ resource: router, about: 'Delete routers.', applied: routerOf }),
  ...attachments,
};
