import { boolean, option, positional } from '../argparse/argument.ts';
import { action, type Call, type Commands } from '../command.ts';
import { list } from '../kinds/list.ts';
import { create, remove, show, update } from '../kinds/one.ts';
import { flavor, serviceProfile } from '../resources.ts';

const pair = [
  positional('flavor', 'FLAVOR', { help: 'ID or name of the flavor.' }),
  positional('flavor_profile', 'FLAVOR_PROFILE', { help: 'ID of the flavor profile.' }),
];

const idsOf = async ({ args, api }: Call): Promise<{ flavorId: string; profileId: string }> => ({
  flavorId: await api.findId(flavor, args.text('flavor') ?? ''),
  profileId: await api.checkId(serviceProfile, args.text('flavor_profile') ?? ''),
});

export const commands: Commands = {
  'flavor-list': list({
    resource: flavor,
    about: 'List Neutron service flavors.',
    columns: ['id', 'name', 'service_type', 'enabled'],
  }),
  'flavor-show': show({ resource: flavor, about: 'Show a flavor.' }),
  'flavor-create': create({
    resource: flavor,
    about: 'Create a Neutron service flavor.',
    arguments: [
      positional('name', 'NAME', { help: 'Name for the flavor.' }),
      positional('service_type', 'SERVICE_TYPE', {
        help: 'Type of service the flavor is for; service-provider-list shows examples.',
      }),
      option('--description', { help: 'Description for the flavor.' }),
      boolean('--enabled', { help: 'Whether the flavor may be used.' }),
    ],
    body: ({ args }) => args.pick('name', 'description', 'service_type', 'enabled'),
  }),
  'flavor-update': update({
    resource: flavor,
    about: 'Change a flavor.',
    arguments: [
      option('--name', { help: 'Name for the flavor.' }),
      option('--description', { help: 'Description for the flavor.' }),
      boolean('--enabled', { help: 'Whether the flavor may be used.' }),
    ],
    body: ({ args }) => args.pick('name', 'description', 'enabled'),
  }),
  'flavor-delete': remove({ resource: flavor, about: 'Delete flavors.' }),
  'flavor-associate': action({
    about: 'Give a flavor a flavor profile.',
    arguments: pair,
    async run(call) {
      const { flavorId, profileId } = await idsOf(call);
      await call.api.post(`${flavor.path}/${flavorId}/service_profiles`, {
        service_profile: { id: profileId },
      });
      call.print(
        `Associated flavor ${call.args.text('flavor')} with flavor_profile ${call.args.text('flavor_profile')}\n`,
      );
    },
  }),
  'flavor-disassociate': action({
    about: 'Take a flavor profile from a flavor.',
    arguments: pair,
    async run(call) {
      const { flavorId, profileId } = await idsOf(call);
      await call.api.delete(`${flavor.path}/${flavorId}/service_profiles/${profileId}`);
      call.print(
        `Disassociated flavor ${call.args.text('flavor')} from flavor_profile ${call.args.text('flavor_profile')}\n`,
      );
    },
  }),
};
