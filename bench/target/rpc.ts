import { silentLog } from '../../src/log/silent.ts';
import { rabbitDefaults } from '../../src/messaging/rabbit/settings.ts';
import { RabbitTransport } from '../../src/messaging/rabbit/transport.ts';
import type { Transport } from '../../src/messaging/transport.ts';
import { adminContext } from '../../src/rpc/context.ts';
import { client } from '../../src/rpc/interface.ts';
import { reports } from '../../src/rpc/reports.ts';
import type { Target } from './target.ts';

/** The host of an agent that is only a connection to the broker. */
export const AGENT_HOST = 'bench';

/** A connection to the cloud's RabbitMQ, as an agent has one; closed after the round. */
export function openRpc(target: Target): Transport {
  const settings = {
    ...rabbitDefaults,
    hosts: [{ host: '127.0.0.1', port: 5672 }],
    username: 'openstack',
    password: 'opst',
    connectionName: 'bench',
  };
  const transport = new RabbitTransport(settings, silentLog);
  target.afterwards(() => transport.close());
  return transport;
}

/** Reports the state of a Linux bridge agent on AGENT_HOST, so that ports are bound there; forgotten after the round. */
export async function agentReports(target: Target, transport: Transport): Promise<() => Promise<unknown>> {
  const { report_state } = client(transport, reports);
  const agent_state = {
    binary: 'neutron-linuxbridge-agent',
    host: AGENT_HOST,
    topic: 'N/A',
    agent_type: 'Linux bridge agent',
    configurations: {
      bridge_mappings: {},
      interface_mappings: {},
      tunneling_ip: '192.0.2.1',
      tunnel_types: ['vxlan'],
      l2_population: true,
      devices: 0,
    },
  };
  const report = (start: object = {}) =>
    report_state(adminContext(), {
      agent_state: { agent_state: { ...agent_state, ...start, uuid: crypto.randomUUID() } },
      time: new Date().toISOString().slice(0, -1),
    });
  await report({ start_flag: true });
  target.afterwards(async () => {
    for (const { id } of await target.api.list('agents', `?host=${AGENT_HOST}`))
      await target.api.ask('DELETE', `agents/${id}`);
  });
  return report;
}
