import type { PortDict, SubnetDict } from './dicts.ts';
import { call, cast, defineInterface } from './interface.ts';

export interface DvrMac {
  host: string;
  mac_address: string;
}

/** What L2 agents of distributed routers ask. */
export const dvr = defineInterface({
  topic: 'q-plugin',
  version: '1.1',
  methods: {
    /** The one of the host, made when it has none; null without a host. */
    get_dvr_mac_address_by_host: call<{ host: string }, DvrMac | null>('1.0'),
    get_dvr_mac_address_list: call<object, DvrMac[]>('1.0'),
    /** Ports of machines and the like, without what extensions add and without addresses. */
    get_ports_on_host_by_subnet: call<{ host: string; subnet: string }, Partial<PortDict>[]>('1.0'),
    /** A subnet with the MAC of its gateway port; {} when one of them is not there. */
    get_subnet_for_dvr: call<
      { subnet: string; fixed_ips?: { subnet_id: string; ip_address: string }[] | null },
      Partial<SubnetDict & { gateway_mac: string }>
    >('1.0'),
  },
});

/** Tells L2 agents every host's MAC, by fanout. */
export const dvrUpdate = defineInterface({
  topic: 'q-agent-notifier-dvr-update',
  version: '1.0',
  methods: { dvr_mac_address_update: cast<{ dvr_macs: DvrMac[] }>('1.0') },
});
