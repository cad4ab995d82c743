import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { InvalidValue } from '../errors.ts';
import { type FakeCloud, startFakeCloud } from '../testing/fakeCloud.ts';
import { type Outcome, runNeutron, userEnvironment } from '../testing/run.ts';
import { takeWait } from './wait.ts';

describe('--wait on a command line', () => {
  const cases: [string, string, number | undefined][] = [
    ['n1', 'n1', undefined],
    ['n1 --wait', 'n1', 60],
    ['--wait n1', 'n1', 60],
    ['--wait 5 n1', 'n1', 5],
    ['n1 --wait 0.5 --shared', 'n1 --shared', 0.5],
    ['--wait=7 30', '30', 7],
    ['n1 --wait --wait 3', 'n1', 3],
    ['--description=--wait n1', '--description=--wait n1', undefined],
    ['--waiter 5 --wai 5', '--waiter 5 --wai 5', undefined],
    ['private --wait 30 10.0.0.0/24', 'private 10.0.0.0/24', 30],
  ];
  for (const [line, rest, seconds] of cases)
    test(line, () => assert.deepEqual(takeWait(line.split(' ')), { rest: rest.split(' '), seconds }));

  test('what is no number is refused', () => {
    for (const word of ['--wait=', '--wait=soon', '--wait=-1'])
      assert.throws(() => takeWait([word]), InvalidValue);
  });
});

describe('waiting', () => {
  let cloud: FakeCloud;
  before(async () => {
    cloud = await startFakeCloud();
  });
  beforeEach(() => cloud.reset());
  after(() => cloud.close());

  const run = (line: string): Promise<Outcome> => runNeutron(line.split(' '), userEnvironment(cloud));
  const asked = (): unknown[] =>
    cloud.received
      .filter(({ path }) => path === 'v2.0/nts-waits')
      .map(({ body }) => body)
      // The first only finds out whether the server tells.
      .slice(1);
  const private_ = '00000001-0000-4000-8000-000000000001';
  const routerId = '00000004-0000-4000-8000-000000000001';
  const group = '00000005-0000-4000-8000-000000000002';
  const floating = '00000008-0000-4000-8000-000000000001';

  test('each command waits for what must apply its change', async () => {
    const cases: [string, string, string][] = [
      ['net-update private --name x', 'network', private_],
      ['port-update p1 --name x', 'port', '00000003-0000-4000-8000-000000000001'],
      ['port-delete p1', 'network', private_],
      ['router-interface-add router private', 'router', routerId],
      ['router-interface-delete router private', 'router', routerId],
      ['router-gateway-set router public', 'router', routerId],
      ['router-gateway-clear router', 'router', routerId],
      [`floatingip-associate ${floating} p1`, 'floatingip', floating],
      ['security-group-rule-create web --protocol tcp', 'security_group', group],
      ['net-create n1', 'network', 'ffffffff-0000-4000-8000-000000000001'],
      ['l3-agent-router-add A router', 'router', routerId],
      ['dhcp-agent-network-add A private', 'network', private_],
    ];
    for (const [line, resource, id] of cases) {
      cloud.reset();
      cloud.offer({});
      const { status, stderr } = await run(`${line} --wait 5`);
      assert.equal(status, 0, `${line}: ${stderr}`);
      assert.deepEqual(asked(), [{ wait: { resource, id } }], line);
    }
  });

  test('it asks until nothing is waited for', async () => {
    const waiting = { what: 'to serve it', host: 'controller', agent_type: 'DHCP agent' };
    cloud.offer({ waits: [[waiting], [waiting], []] });
    const began = Date.now();
    const { status, stdout, stderr } = await run('net-update private --name x --wait');
    assert.deepEqual({ status, stdout }, { status: 0, stdout: 'Updated network: private\n' });
    // On a very busy machine it may take so long that it is told.
    if (Date.now() - began < 3000) assert.doesNotMatch(stderr, /Missing/);
    assert.equal(asked().length, 3);
  });

  test('when time is up it says what is missing and why, and fails', async () => {
    const finding = {
      code: 'agent_dead',
      title: 'Agent has stopped reporting',
      severity: 'error',
      text: 'no live DHCP agent on controller',
      cause: 'it died.',
      fix: 'start it',
      command: 'systemctl restart neutron-dhcp-agent',
      evidence: [],
    };
    cloud.offer({
      waits: [[{ what: 'to serve it', host: 'controller', agent_type: 'DHCP agent' }]],
      diagnoses: { [private_]: { problems: [finding] } },
    });
    const { status, stdout, stderr } = await run('net-update private --name x --wait 1');
    assert.deepEqual({ status, stdout }, { status: 1, stdout: 'Updated network: private\n' });
    assert.deepEqual(stderr.split('\n').slice(1), [
      'Not applied after 1 s. Missing:',
      '  DHCP agent on controller: to serve it',
      'no live DHCP agent on controller. Start it: systemctl restart neutron-dhcp-agent [agent_dead]',
      '',
    ]);
  });

  test('what waiting does not help is told at once, with the reason', async () => {
    const finding = {
      code: 'network_without_dhcp_agent',
      title: 'No DHCP agent serves the network',
      severity: 'error',
      text: 'no DHCP agent serves it: none is alive',
      cause: 'none runs.',
      fix: 'start one',
      evidence: [],
    };
    cloud.offer({
      waits: [
        [{ what: 'to serve it', agent_type: 'DHCP agent' }],
        [{ what: 'to serve it', agent_type: 'DHCP agent', final: true }],
      ],
      diagnoses: { [private_]: { problems: [finding] } },
    });
    const { status, stderr } = await run('net-update private --name x --wait 30');
    assert.equal(status, 1);
    assert.equal(asked().length, 2);
    assert.deepEqual(stderr.slice(stderr.indexOf('Not applied')).split('\n'), [
      'Not applied, and waiting does not help. Missing:',
      '  DHCP agent: to serve it',
      'no DHCP agent serves it: none is alive. Start one [network_without_dhcp_agent]',
      '',
    ]);
  });

  test('what takes longer is told meanwhile, once', async () => {
    const missing = [{ what: 'to serve it', host: 'controller', agent_type: 'DHCP agent' }];
    cloud.offer({ waits: [...Array(7).fill(missing), []] });
    const { status, stderr } = await run('net-update private --name x --wait');
    assert.equal(status, 0);
    assert.deepEqual(stderr.split('\n').slice(1), [
      'Waits for up to 60 s. Missing:',
      '  DHCP agent on controller: to serve it',
      '',
    ]);
  });

  test('a server that cannot tell is told from the others before anything is changed', async () => {
    const { status, stderr } = await run('net-create n1 --wait');
    assert.equal(status, 1);
    assert.match(stderr, /does not tell what its agents have applied.*Nothing was changed/);
    assert.deepEqual(
      cloud.received.map(({ path }) => path),
      ['v2.0/nts-waits'],
    );
  });

  test("what is no number of seconds is a mistake of usage, whose usage is Neutron's", async () => {
    const { status, stderr } = await run('net-delete private --wait=soon');
    assert.equal(status, 2);
    assert.match(stderr, /usage: neutron net-delete \[-h\] .*NETWORK/);
    assert.match(stderr, /error: argument --wait: not a number of seconds: 'soon'/);
    assert.doesNotMatch(stderr, /\[--wait/);
  });
});
