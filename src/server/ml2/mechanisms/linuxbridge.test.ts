import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReportingAgent } from '../../services/agents/reporting.ts';
import { databaseTime } from '../../services/standardAttributes.ts';
import type { BindingRequest } from './driver.ts';
import { AGENT_TYPE, linuxbridge } from './linuxbridge.ts';

const agent = (configurations: object = {}, alive = true): ReportingAgent => ({
  id: 'a1',
  binary: 'neutron-linuxbridge-agent',
  agentType: AGENT_TYPE,
  host: 'compute',
  enabled: true,
  alive,
  startedAt: databaseTime(),
  heartbeat: databaseTime(new Date(Date.now() - 180_000)),
  configurations: { interface_mappings: { public: 'eno1' }, tunnel_types: ['vxlan'], ...configurations },
});
const stored = { network_id: 'n', standard_attr_id: 1 };
const vxlan = { ...stored, id: 's1', network_type: 'vxlan', physical_network: null, segmentation_id: 7 };
const flat = { ...stored, id: 's2', network_type: 'flat', physical_network: 'public', segmentation_id: null };
const wrong = { ...flat, id: 's3', physical_network: 'publik' };

const bind = (segments: BindingRequest['segments'], agents: ReportingAgent[], vnicType = 'normal') =>
  linuxbridge.bind!({
    portId: 'p',
    networkId: 'n',
    host: 'compute',
    vnicType,
    segments,
    agents,
    knownHosts: ['compute.cloud'],
  });

describe('the linuxbridge mechanism driver', () => {
  it('binds to the first segment that the host reaches', () => {
    const vifDetails = { connectivity: 'l2', port_filter: true };
    const bound = (segment: typeof flat | typeof vxlan) => ({
      bound: { driver: 'linuxbridge', segment, vifType: 'bridge', vifDetails },
    });
    assert.deepEqual(bind([vxlan], [agent()]), bound(vxlan));
    assert.deepEqual(bind([wrong, flat], [agent()]), bound(flat));
    const mapped = agent({ interface_mappings: {}, bridge_mappings: { public: 'br0' } });
    assert.deepEqual(bind([flat], [mapped]), bound(flat));
  });

  const refusals: readonly [string, ReturnType<typeof bind>, string, RegExp, RegExp][] = [
    [
      'no agent',
      bind([vxlan], []),
      'no_agent',
      /of host compute has ever reported; those that have: compute\.cloud: did you mean compute\.cloud\?$/,
      /start neutron-linuxbridge-agent/,
    ],
    [
      'a dead agent',
      bind([vxlan], [agent({}, false)]),
      'agent_dead',
      /last heard 3 min ago/,
      /start the agent again/,
    ],
    [
      'no tunnels',
      bind([vxlan], [agent({ tunnel_types: [] })]),
      'tunnel_type_disabled',
      /^vxlan needs local_ip on compute$/,
      /enable_vxlan = True and local_ip/,
    ],
    [
      'no mapping',
      bind([wrong], [agent()]),
      'physical_network_unmapped',
      /^physical network publik is not mapped on compute; mapped: public: did you mean public\?$/,
      /add publik:INTERFACE to physical_interface_mappings/,
    ],
    [
      'another kind of device',
      bind([vxlan], [agent()], 'direct'),
      'vnic_type_unsupported',
      /vnic_type direct is not one it can bind/,
      /binding:vnic_type to normal/,
    ],
  ];
  for (const [what, outcome, code, reason, fix] of refusals) {
    it(`says why not, and what to do: ${what}`, () => {
      assert.ok('refusals' in outcome);
      const [refusal] = outcome.refusals;
      assert.equal(refusal!.finding.code, code);
      assert.match(refusal!.finding.text, reason);
      assert.match(refusal!.finding.fix, fix);
    });
  }
});
