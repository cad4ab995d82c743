// In a throw-away host: the files name hosts, and nothing is to be asked of those.
import '../../src/linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type EtcFiles, examine, loudCodes } from '../../src/doctor/checks/config/testing.ts';
import type { Finding } from '../../src/health/finding.ts';
import { deployments } from '../../src/lab/deployments/index.ts';
import { guide as topology } from '../../src/lab/topologies/guide.ts';

const guide = fileURLToPath(new URL('../../../shared/guide/liberty-neutron.zh.txt', import.meta.url));
const skip = existsSync(guide) ? false : "the guide's text (../shared/guide) is not here";

/** '编辑/etc/neutron/…:' and '创建/etc/neutron/…,' say what the lines that follow are. */
const TITLE = /^\s*(?:编辑|创建)\/etc\/([\w./-]+)/;
const CONTENT = /^(\s*|\[.*\]\s*|[a-z][\w-]*\s*=.*)$/;

/** The files that the guide shows, letter for letter, in its order: first the controller's, then those of compute. */
function filesOf(text: string): [path: string, content: string][] {
  const lines = text.split('\n');
  return lines.flatMap((line, at): [string, string][] => {
    const path = TITLE.exec(line)?.[1];
    if (path === undefined) return [];
    const rest = lines.slice(at + 1);
    return [
      [
        path,
        rest
          .slice(
            0,
            rest.findIndex((one) => !CONTENT.test(one)),
          )
          .join('\n'),
      ],
    ];
  });
}

const machines = (): { controller: EtcFiles; compute: EtcFiles } => {
  const files = filesOf(readFileSync(guide, 'utf8'));
  const compute = files.findIndex(([path]) => path.endsWith('linuxbridge_agent.in'));
  return {
    // The link is made by a command of the guide, not shown as a file.
    controller: {
      ...Object.fromEntries(files.slice(0, compute)),
      'neutron/plugin.ini ->': '/etc/neutron/plugins/ml2/ml2_conf.ini',
    },
    compute: Object.fromEntries(files.slice(compute)),
  };
};

const of = (problems: readonly Finding[], code: string): Finding[] =>
  problems.filter((finding) => finding.code === code);

test("every defect that the guide's files for the controller hold is named, as they are written", {
  skip,
}, async () => {
  const { controller } = machines();
  assert.equal(Object.keys(controller).length, 9);
  const report = await examine(controller);
  assert.deepEqual(loudCodes(report), ['metadata_secret_differs', 'config_value_with_remark']);
  const { problems } = report;
  const [secret] = of(problems, 'metadata_secret_differs');
  assert.match(secret!.text, /metadata_agent\.ini is not the one in \S+nova\.conf/);
  assert.match(of(problems, 'config_value_with_remark')[0]!.text, /metadata_proxy_shared_secret/);
  const [driver] = of(problems, 'config_name_misspelt');
  assert.equal(driver!.severity, 'info');
  assert.match(driver!.text, /IptablesFirewallDrive'; reading it as '\S+IptablesFirewallDriver'$/);
  const [mtu] = of(problems, 'mtu_forced_by_dnsmasq');
  assert.match(mtu!.text, /every machine the MTU 1450/);
  const old = [...of(problems, 'config_option_renamed'), ...of(problems, 'config_option_without_effect')];
  const lines = old.flatMap(({ evidence }) => evidence).join('\n');
  for (const name of ['rabbit_host', 'auth_plugin', 'auth_uri', 'nova_url', 'nova_metadata_ip', 'verbose'])
    assert.match(lines, new RegExp(`\\b${name}\\b`));
  assert.ok(old.every(({ severity }) => severity === 'info'));
  assert.doesNotMatch(JSON.stringify(report), /METADATA_SECRET|opst|neutron:neutron@/);
});

test("every defect that the guide's files for compute hold is named, as they are written", {
  skip,
}, async () => {
  const { compute } = machines();
  const report = await examine(compute);
  assert.deepEqual(loudCodes(report).sort(), [
    'config_file_misnamed',
    'config_value_invalid',
    'neutron_conf_missing',
  ]);
  const [address] = of(report.problems, 'config_value_invalid');
  assert.match(
    address!.text,
    /local_ip = '192\.168\.81\.65\(compute IP地址\)'.*did you mean 192\.168\.81\.65\?$/,
  );
  assert.match(of(report.problems, 'config_file_misnamed')[0]!.command!, /linuxbridge_agent\.in \S+\.ini$/);
  assert.equal(of(report.problems, 'config_name_misspelt').length, 1);
});

/** The lab's own files of a host, as they stand there. */
const labFiles = (deployment: string, host: string): EtcFiles => {
  const one = topology.hosts.find(({ name }) => name === host)!;
  const { files } = deployments[deployment]!.plan(topology, one);
  const below = Object.entries(files).map(([path, text]) => [path.replace('/etc/', ''), text]);
  const link = { 'neutron/plugin.ini ->': '/etc/neutron/plugins/ml2/ml2_conf.ini' };
  return { ...Object.fromEntries(below), ...(host === 'controller' ? link : {}) };
};

for (const deployment of Object.keys(deployments)) {
  for (const host of ['controller', 'compute']) {
    test(`nothing is wrong with the files of ${host} in the lab, deployment ${deployment}`, async () => {
      assert.deepEqual(loudCodes(await examine(labFiles(deployment, host))), []);
    });
  }
}
