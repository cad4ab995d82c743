import { option, positional } from '../argparse/argument.ts';
import { integer } from '../argparse/types.ts';
import { action, type Commands } from '../command.ts';
import { oneArguments } from '../format/arguments.ts';
import { list } from '../kinds/list.ts';
import { printOne, readable } from '../kinds/output.ts';
import { isDict } from '../python/value.ts';
import { networkIpAvailability as availability, network } from '../resources.ts';
import { filterSection } from './shared.ts';

export const commands: Commands = {
  'net-ip-availability-list': list({
    resource: availability,
    about: 'List how many addresses of each network are in use.',
    columns: ['network_id', 'network_name', 'total_ips', 'used_ips'],
    pages: false,
    filters: [
      option('--ip-version', {
        type: integer,
        choices: [4, 6],
        default: 4,
        help: 'Subnets of this IP version, 4 unless told otherwise.',
        section: filterSection,
      }),
      option('--network-id', { help: 'The network with this ID.', section: filterSection }),
      option('--network-name', { help: 'The network of this name.', section: filterSection }),
      option('--tenant-id', { help: 'Networks of this project.', section: filterSection }),
    ],
  }),
  'net-ip-availability-show': action({
    about: 'Show how many addresses of a network are in use.',
    output: oneArguments(),
    arguments: [positional('network_id', 'NETWORK', { help: 'ID or name of network to look up.' })],
    async run(call) {
      const id = await call.api.findId(network, call.args.text('network_id') ?? '');
      const found = (await call.api.get(`${availability.path}/${id}`))[availability.name];
      if (isDict(found)) await printOne(call, readable(found));
    },
  }),
};
