import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DesiredDevice, DesiredHa, DesiredRouter } from '../desired.ts';
import { primaryAddress } from './primaryAddress.ts';
import { healthScript, keepalivedConfig, type VrrpSettings } from './vrrp.ts';

const device = (name: string, mac: string, addresses: string[], onLink: string[] = []): DesiredDevice => ({
  portId: name,
  name,
  tap: `tap${name.slice(3)}`,
  mac,
  mtu: 1450,
  addresses,
  onLink,
  scopes: { 4: null, 6: null },
  families: [4],
});

const ha: DesiredHa = {
  device: device('ha-91556736-84', 'fa:16:3e:6e:c8:19', ['169.254.193.19/18']),
  vrId: 217,
  priority: 50,
  primaryAddress: '169.254.0.217/24',
  wired: true,
};

const router = (changes: Partial<DesiredRouter> = {}): DesiredRouter => ({
  id: 'r',
  netns: 'qrouter-r',
  interfaces: [device('qr-bfbac48a-71', 'fa:16:3e:62:72:ff', ['10.5.0.1/24'])],
  gateway: device('qg-b9e23cad-d6', 'fa:16:3e:3a:76:89', ['192.168.81.108/24']),
  gatewayAddresses: ['192.168.81.108'],
  snat: true,
  floatingIps: [],
  advertised: [],
  learnsGateway: true,
  forwardings: [],
  routes: [{ destination: '0.0.0.0/0', via: '192.168.81.254', device: 'qg-b9e23cad-d6' }],
  ha,
  ...changes,
});

const settings: VrrpSettings = {
  root: '/var/lib/neutron/ha_confs',
  advertSeconds: 2,
  noTrack: true,
  healthCheckSeconds: 0,
  debug: false,
};

const config = (changes: Partial<VrrpSettings> = {}, wanted = router()) =>
  keepalivedConfig(wanted, ha, { ...settings, ...changes }, { ipv6: true });

test('keepalived.conf is, byte for byte, the one that Python Neutron was seen to write', () => {
  assert.equal(
    config(),
    `global_defs {
    notification_email_from neutron@openstack.local
    router_id neutron
}
vrrp_instance VR_217 {
    state BACKUP
    interface ha-91556736-84
    virtual_router_id 217
    priority 50
    garp_master_delay 60
    nopreempt
    advert_int 2
    track_interface {
        ha-91556736-84
    }
    virtual_ipaddress {
        169.254.0.217/24 dev ha-91556736-84
    }
    virtual_ipaddress_excluded {
        10.5.0.1/24 dev qr-bfbac48a-71 no_track
        192.168.81.108/24 dev qg-b9e23cad-d6 no_track
        fe80::f816:3eff:fe3a:7689/64 dev qg-b9e23cad-d6 scope link no_track
        fe80::f816:3eff:fe62:72ff/64 dev qr-bfbac48a-71 scope link no_track
    }
    virtual_routes {
        0.0.0.0/0 via 192.168.81.254 dev qg-b9e23cad-d6 no_track
    }
}`,
  );
});

test('routes come in the order of gateways, projects, other subnets; a gateway outside its subnet is on the link', () => {
  const wanted = router({
    gateway: device(
      'qg-b9e23cad-d6',
      'fa:16:3e:3a:76:89',
      ['192.168.81.108/24', '192.168.81.120/32'],
      ['10.9.9.1/32', '192.168.99.0/24'],
    ),
    routes: [
      { destination: '0.0.0.0/0', via: '10.9.9.1', device: 'qg-b9e23cad-d6' },
      { destination: '10.7.0.0/16', via: '10.5.0.9' },
    ],
  });
  const routes = /virtual_routes \{\n([^}]*)/.exec(config({ noTrack: false }, wanted))?.[1];
  assert.deepEqual(routes?.trim().split(/\n */), [
    '10.9.9.1 dev qg-b9e23cad-d6 scope link',
    '0.0.0.0/0 via 10.9.9.1 dev qg-b9e23cad-d6',
    '10.7.0.0/16 via 10.5.0.9',
    '192.168.99.0/24 dev qg-b9e23cad-d6 scope link',
  ]);
});

test('a password is told; an interval of less than a second asks for VRRP 3, which has none', () => {
  const authentication = { type: 'PASS', password: 'secret' };
  assert.match(
    config({ authentication }),
    /advert_int 2\n {4}authentication \{\n {8}auth_type PASS\n {8}auth_pass secret\n/,
  );
  const fast = config({ authentication, advertSeconds: 0.2 });
  assert.match(fast, /nopreempt\n {4}version 3\n {4}advert_int 0\.2\n {4}track_interface/);
});

test('a health check pings the gateways of whoever carries the addresses', () => {
  const checked = { ...settings, healthCheckSeconds: 5 };
  assert.equal(
    healthScript(router(), checked),
    '#!/bin/bash -eu\nip a | grep 10.5.0.1 || exit 0\nping -c 1 -w 1 192.168.81.254 1>/dev/null || exit 1',
  );
  const text = config({ healthCheckSeconds: 5 });
  assert.match(text, /script "\/var\/lib\/neutron\/ha_confs\/r\/ha_check_script_217.sh"\n {4}interval 5/);
  assert.match(text, /track_script \{\n {8}ha_health_check_217\n {4}\}\n\}$/);
  assert.equal(healthScript(router({ routes: [] }), checked), undefined);
});

test('the primary address is in the first link-local network that is free', () => {
  assert.equal(primaryAddress(5, ['169.254.192.0/18']), '169.254.0.5/24');
  assert.equal(primaryAddress(254, ['169.254.0.0/20']), '169.254.16.254/24');
  assert.throws(() => primaryAddress(1, ['169.254.0.0/16']), /l3_ha_net_cidr/);
});
