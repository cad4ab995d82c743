import { done, keep, listed, type OpenstackStep, refused, shown } from './step.ts';

/** Flavors and their profiles. */
export const flavors: readonly OpenstackStep[] = [
  shown('network flavor create --service-type L3_ROUTER_NAT --description d --disable fl1', {
    name: 'fl1',
    service_type: 'L3_ROUTER_NAT',
    description: 'd',
    enabled: false,
  }),
  done('network flavor set --enable --name fl2 fl1'),
  shown('network flavor show fl2', { enabled: true, service_profile_ids: [] }),
  keep(
    'profile',
    shown('network flavor profile create --metainfo m --description e', {
      meta_info: 'm',
      driver: '',
      enabled: true,
    }),
  ),
  done('network flavor profile set --description f --disable {profile}'),
  shown('network flavor profile show {profile}', { description: 'f', enabled: false }),
  listed('network flavor profile list', 'Description', ['f']),
  done('network flavor add profile fl2 {profile}'),
  refused('network flavor profile delete {profile}', /in use|Conflict/i),
  done('network flavor remove profile fl2 {profile}'),
  done('network flavor profile delete {profile}'),
  listed('network flavor list', 'Name', ['fl2']),
  done('network flavor delete fl2'),
];
