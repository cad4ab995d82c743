import '../../linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run, start } from '../../linux/process.ts';

const doctor = fileURLToPath(new URL('../../../bin/neutron-doctor', import.meta.url));
const SECRET = 'Pl4nted-Secret';

test('a bundle holds what helps, and a secret that stands in every place is nowhere in it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  // A program of Neutron's by its command line, which holds the secret as well.
  const sleeper = start(['sh', '-s', 'neutron-thing', `--password=${SECRET}`, SECRET]);
  try {
    put(
      'etc/neutron.conf',
      `[DEFAULT]\nstate_path = ${directory}/state\nlog_dir = ${directory}/log\ntransport_url = zmq://127.0.0.1:1/\n# rabbit_password = ${SECRET}\n[database]\nconnection = mysql://neutron:${SECRET}@127.0.0.1:1/neutron\n[vendor]\nunknown_token = ${SECRET}\n`,
    );
    put(
      'etc/plugins/ml2/linuxbridge_agent.ini',
      '[linux_bridge]\nphysical_interface_mappings = public:eno1\n[vxlan]\nenable_vxlan = False\n',
    );
    put('etc/metadata_agent.ini', `[DEFAULT]\nmetadata_proxy_shared_secret = ${SECRET}\n`);
    put('etc/rpc-keys/server.key_secret', SECRET);
    put('etc/tls.pem', SECRET);
    put('etc/policy.yaml', `# ${SECRET}\n"get_port": "role:reader"\n`);
    put(
      'log/linuxbridge-agent.log',
      `${'x'.repeat(300)}\n2026-01-01 ERROR it connected with ${SECRET} {"token": "${SECRET}"}\n`,
    );
    put('state/dhcp/net/host', `fa:16:3e:00:00:01,host-${SECRET},10.0.0.1\n`);
    put('state/ha_confs/router/keepalived.conf', `vrrp_instance x {\n auth_pass ${SECRET}\n}\n`);
    put('state/neutron.sqlite', SECRET);
    await run(['ip', 'netns', 'add', 'qdhcp-net']);
    const comment = ['-m', 'comment', '--comment', SECRET, '-j', 'ACCEPT'];
    await run(['iptables', '-A', 'INPUT', ...comment]);
    await run(['iptables', '-A', 'INPUT', ...comment], { netns: 'qdhcp-net' });

    const output = join(directory, 'out.tar.gz');
    const { stdout } = await run([doctor, 'bundle', '--config-dir', `${directory}/etc`, '--output', output], {
      env: { OS_URL: '', OS_AUTH_URL: '', OS_PASSWORD: SECRET },
    });
    assert.match(stdout, /^test-host: collected \d+ files, by neutron-doctor\n.*out\.tar\.gz\n$/);
    assert.equal(statSync(output).mode & 0o777, 0o600);

    await run(['tar', 'xzf', output, '-C', directory]);
    const { stdout: found } = await run(['grep', '-rl', SECRET, join(directory, 'neutron-bundle')], {
      allowed: [0, 1],
    });
    assert.equal(found, '');
    const text = (path: string) => readFileSync(join(directory, 'neutron-bundle', path), 'utf8');
    const host = `hosts/test-host`;
    assert.match(text(`${host}${directory}/etc/neutron.conf`), /^connection = \*\*\*$/m);
    assert.match(text(`${host}${directory}/log/linuxbridge-agent.log`), /ERROR it connected with \*\*\*/);
    assert.match(text(`${host}${directory}/state/ha_confs/router/keepalived.conf`), /auth_pass \*\*\*/);
    assert.match(text(`${host}/kernel/iptables-save_-c.txt`), /--comment "?\*\*\*"? -j ACCEPT/);
    assert.match(
      text(`${host}/kernel/netns/qdhcp-net/iptables-save_-c.txt`),
      /--comment "?\*\*\*"? -j ACCEPT/,
    );
    assert.match(text(`${host}/kernel/processes.txt`), /sh: sh -s neutron-thing --password=\*\*\* \*\*\*$/m);
    assert.match(text('problems.txt'), /mapped_nic_missing on test-host/);
    const index = JSON.parse(text('index.json')) as { hosts: { host: string; missed: string[] }[] };
    assert.ok(index.hosts[0]!.missed.includes(`left out: ${directory}/etc/rpc-keys/server.key_secret`));
  } finally {
    sleeper.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  }
});
