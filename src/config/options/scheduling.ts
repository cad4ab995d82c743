import { bool, group, int, str } from '../option.ts';
import { networkSchedulers, routerSchedulers } from './names.ts';

/** Which agents host which networks and routers. */
export const scheduling = group('DEFAULT', {
  agent_down_time: int(75, 'Seconds without heartbeat before an agent counts as dead'),
  dhcp_load_type: str('networks', 'Load measure (networks, subnets, ports) for DHCP scheduling', {
    choices: ['networks', 'subnets', 'ports'],
  }),
  enable_new_agents: bool(true, 'Newly reporting agents start enabled'),
  network_scheduler_driver: str(
    'neutron.scheduler.dhcp_agent_scheduler.WeightScheduler',
    'DHCP network scheduler class',
    { names: networkSchedulers },
  ),
  network_auto_schedule: bool(true, 'Schedule networks when a DHCP agent syncs'),
  allow_automatic_dhcp_failover: bool(true, 'Drop networks from dead DHCP agents automatically'),
  dhcp_agents_per_network: int(1, 'DHCP agents to schedule for each network', { min: 1 }),
  enable_services_on_agents_with_admin_state_down: bool(
    false,
    'Keep serving on administratively disabled agents',
  ),
  router_scheduler_driver: str(
    'neutron.scheduler.l3_agent_scheduler.LeastRoutersScheduler',
    'Router scheduler class',
    { names: routerSchedulers },
  ),
  router_auto_schedule: bool(true, 'Schedule routers when an L3 agent syncs'),
  allow_automatic_l3agent_failover: bool(false, 'Reschedule routers away from dead L3 agents'),
  max_l3_agents_per_router: int(3, 'HA agents per router; 0 means all'),
  rpc_resources_processing_step: int(20, 'Chunk size for resource RPC; min 1', { min: 1 }),
});
