import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metadataProxyConfig } from './haproxy.ts';
import { groupName, userName } from './users.ts';

const settings = {
  statePath: '/var/lib/none/neutron',
  externalPids: '/var/lib/neutron/external/pids',
  socket: '/var/lib/neutron/metadata_proxy',
  user: '',
  group: '0',
  debug: false,
};
const id = 'ddb12f63-b2de-4d10-aba7-7aeab4c4ff36';

/** What Neutron's agents write for every proxy, from the second line on. */
const common = (user: string) => `
global
    log         /dev/log local0 info
    log-tag     haproxy-metadata-proxy-${id}
    user        ${user}
    group       root
    maxconn     1024
    pidfile     /var/lib/neutron/external/pids/${id}.pid.haproxy
    daemon

defaults
    log global
    mode http
    option httplog
    option dontlognull
    option http-server-close
    option forwardfor
    retries                 3
    timeout http-request    30s
    timeout connect         30s
    timeout client          32s
    timeout server          32s
    timeout http-keep-alive 30s

listen listener
`;

test('a router’s proxy', () => {
  assert.equal(
    metadataProxyConfig({ kind: 'Router', id, netns: 'qrouter-x', bind: ':::9697' }, settings),
    `${common(userName(''))}    bind :::9697
    
    server metadata /var/lib/neutron/metadata_proxy
    http-request del-header X-Neutron-Network-ID
    http-request set-header X-Neutron-Router-ID ${id}
`,
  );
});

test('a network’s proxy listens on the link-local metadata addresses', () => {
  const bindIpv6 = 'fe80::a9fe:a9fe:80 interface ns-ee936468-2d';
  const proxy = { kind: 'Network', id, netns: 'qdhcp-x', bind: '169.254.169.254:80', bindIpv6 } as const;
  assert.equal(
    metadataProxyConfig(proxy, { ...settings, user: 'nobody' }),
    `${common('nobody')}    bind 169.254.169.254:80
    bind fe80::a9fe:a9fe:80 interface ns-ee936468-2d
    server metadata /var/lib/neutron/metadata_proxy
    http-request del-header X-Neutron-Router-ID
    http-request set-header X-Neutron-Network-ID ${id}
`,
  );
});

test('users and groups are named by name or number, and unknown ones are refused', () => {
  assert.equal(userName('0'), 'root');
  assert.equal(groupName('root'), 'root');
  assert.throws(() => userName('no-such-user'), /There is no user "no-such-user"/);
});
