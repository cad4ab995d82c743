export const agentsErrors = {
  DVRL3CannotAssignToDvrAgent: [409, "Not allowed to manually assign a router to an agent in 'dvr' mode."],
  DVRL3CannotRemoveFromDvrAgent: [
    409,
    "Not allowed to manually remove a router from an agent in 'dvr' mode.",
  ],
  InvalidL3Agent: [404, 'Agent %(id)s is not a L3 Agent or has been disabled'],
  RouterDoesntSupportScheduling: [409, 'Router %(router_id)s does not support agent scheduling.'],
  RouterHostedByL3Agent: [
    409,
    'The router %(router_id)s has been already hosted by the L3 Agent %(agent_id)s.',
  ],
  RouterL3AgentMismatch: [
    409,
    'Cannot host distributed router %(router_id)s on legacy L3 agent %(agent_id)s.',
  ],
  RouterReschedulingFailed: [409, 'Failed rescheduling router %(router_id)s: no eligible l3 agent found.'],
  RouterSchedulingFailed: [409, 'Failed scheduling router %(router_id)s to the L3 Agent %(agent_id)s.'],
  AgentNotFound: [404, 'Agent %(id)s could not be found.'],
  AgentNotFoundByTypeHost: [
    404,
    'Agent with agent_type=%(agent_type)s and host=%(host)s could not be found.',
  ],
  MultipleAgentFoundByTypeHost: [
    409,
    'Multiple agents with agent_type=%(agent_type)s and host=%(host)s found.',
  ],
  AvailabilityZoneNotFound: [404, 'AvailabilityZone %(availability_zone)s could not be found.'],
  InvalidDHCPAgent: [404, 'Agent %(id)s is not a valid DHCP Agent or has been disabled.'],
  NetworkHostedByDHCPAgent: [
    409,
    'The network %(network_id)s has been already hosted by the DHCP Agent %(agent_id)s.',
  ],
  NetworkNotHostedByDhcpAgent: [
    409,
    'The network %(network_id)s is not hosted by the DHCP Agent %(agent_id)s.',
  ],
} as const;
