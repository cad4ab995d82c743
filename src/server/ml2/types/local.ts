import { prohibit, type Segment, type TypeDriver } from './driver.ts';

const LOCAL: Segment = { network_type: 'local', physical_network: null, segmentation_id: null };

/** Networks that stay within one host. */
export const localDriver = (): TypeDriver => ({
  type: 'local',
  async initialize() {},
  validate: (segment) => prohibit(segment, 'local'),
  reserve: async () => LOCAL,
  allocate: async () => LOCAL,
  async release() {},
  mtu: () => 0,
});
