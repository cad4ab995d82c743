import type { PortDict } from './dicts.ts';
import { call, defineInterface } from './interface.ts';

export interface PortFilters {
  network_id?: string[];
  fixed_ips?: { ip_address: string[] };
  device_id?: string[];
  device_owner?: string[];
  mac_address?: string[];
}

/** What the metadata agent asks: which port has this address. */
export const metadata = defineInterface({
  topic: 'q-plugin',
  version: '1.0',
  methods: { get_ports: call<{ filters: PortFilters }, PortDict[]>('1.0') },
});
