/**
 * Runs public suites of tests (suites.ts) against neutron-server on MariaDB or SQLite, with what ../shared/exam brings up: a real
 * Keystone, and agents that exist on RabbitMQ only. Judges the results: nothing may fail, and no more may be skipped than
 * Python Neutron skipped with the guide's configuration. All is private to this host, and its files to one directory
 * that is removed. NEUTRON_EXAM_KEEP=1 keeps the directory (logs, failures.txt, results.json); NEUTRON_EXAM_BIN=/usr/bin
 * examines Python Neutron instead, to see what it makes of a test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/linux/process.ts';
import { startRabbit } from '../../src/messaging/rabbit/testing.ts';
import { startMariaDb } from '../../src/server/db/testing.ts';
import { beyondTheExam, cloudsFile, keystone, resembleDevStack, type Suite, suites } from './suites.ts';

const root = join(import.meta.dirname, '../..');
const bin = process.env.NEUTRON_EXAM_BIN ?? join(root, 'bin');
const exam = join(root, '../shared/exam');
const record = join(exam, 'record/zed-minimal.json');

/** Seconds without a result after which a test is given up: the openstack client takes some at each command. */
const patience = ['--idle', '600'];

type Database = 'mariadb' | 'sqlite';

/** The guide's configuration, and what the exam asks for: VLANs on `foo`, and quotas that tests exhaust only where they mean to. */
const configuration = (connection: string, transport: string): string => `
[DEFAULT]
core_plugin = ml2
service_plugins = router
auth_strategy = keystone
transport_url = ${transport}
bind_host = 127.0.0.1
bind_port = 9696
notify_nova_on_port_status_changes = false
notify_nova_on_port_data_changes = false
[experimental]
linuxbridge = true
[database]
connection = ${connection}
[keystone_authtoken]
www_authenticate_uri = http://127.0.0.1:5000
auth_url = http://127.0.0.1:5000
auth_type = password
project_domain_id = default
user_domain_id = default
project_name = service
username = neutron
password = te-neutron-pass
[quotas]
quota_network = 1000
quota_subnet = 1000
quota_port = 1000
quota_router = 1000
quota_floatingip = 1000
quota_security_group = 100
quota_security_group_rule = 1000
quota_rbac_policy = 100
[ml2]
type_drivers = flat,vlan,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
extension_drivers = port_security
[ml2_type_flat]
flat_networks = public
[ml2_type_vlan]
network_vlan_ranges = foo:1:200
[ml2_type_vxlan]
vni_ranges = 1:1000
`;

/** What became of each test. */
type Outcomes = Readonly<Record<string, { readonly o: 'pass' | 'fail' | 'skip'; readonly why?: string }>>;

const outcomesOf = async (file: string): Promise<Outcomes> =>
  (JSON.parse(await readFile(file, 'utf8')) as { tests: Outcomes }).tests;

/** Whether nothing failed and nothing was skipped that Python Neutron passed; prints what was. */
function judge(title: string, ours: Outcomes, python: Outcomes): boolean {
  const of = (outcome: string) => Object.entries(ours).filter(([, { o }]) => o === outcome);
  const wrong: string[] = [];
  for (const [name, { why }] of of('fail')) {
    const beyond = beyondTheExam.find(([part]) => `${name}: ${why}`.includes(part));
    console.log(`${beyond ? `none of ours (${beyond[1]})` : 'failed'}: ${name}: ${why}`);
    if (!beyond) wrong.push(name);
  }
  for (const [name, { why }] of of('skip')) {
    if ((python[name]?.o ?? 'skip') === 'skip') continue;
    console.log(`skipped only here: ${name}: ${why}`);
    wrong.push(name);
  }
  const counts = (['pass', 'fail', 'skip'] as const).map((outcome) => `${of(outcome).length} ${outcome}`);
  console.log(`${title}: ${counts.join(', ')}; ${wrong.length} of them wrong`);
  return wrong.length === 0;
}

/** Runs a script of the exam with its output on ours; returns its exit status. */
async function script(name: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(join(exam, name), words, { env, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  return code ?? 1;
}

async function waitForServer(log: string, exited: () => boolean): Promise<void> {
  for (let left = 480; left > 0 && !exited(); left--) {
    const answer = await fetch('http://127.0.0.1:9696/').catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`neutron-server does not answer:\n${(await readFile(log, 'utf8')).slice(-4000)}`);
}

async function sit(
  chosen: readonly Suite[],
  database: Database,
  options: readonly string[],
): Promise<boolean> {
  const state = await mkdtemp(join(tmpdir(), 'neutron-exam-'));
  const env = { ...process.env, EXAM_STATE: state, no_proxy: '*', PYTHONWARNINGS: 'ignore' };
  const [rabbit, mariadb] = await Promise.all([
    startRabbit(),
    database === 'mariadb' ? startMariaDb() : undefined,
  ]);
  let server: ChildProcess | undefined;
  try {
    const connection = mariadb ? await mariadb.emptyDatabase() : `sqlite:///${join(state, 'neutron.sqlite')}`;
    const conf = join(state, 'neutron.conf');
    await writeFile(conf, configuration(connection, rabbit.url));
    const files = ['--config-file', conf];
    await run([join(bin, 'neutron-db-manage'), ...files, 'upgrade', 'head']);
    if (await script('keystone-up.sh', ['http://127.0.0.1:9696'], env))
      throw new Error('Keystone did not start');
    const log = join(state, 'server.log');
    const started = spawn(join(bin, 'neutron-server'), [...files, '--log-file', log], {
      stdio: 'inherit',
    });
    server = started;
    await waitForServer(log, () => started.exitCode !== null);
    if (await script('agents-up.sh', [conf], env)) throw new Error('the agents do not report');
    await resembleDevStack(root);
    const clouds = join(state, 'clouds.yaml');
    await writeFile(clouds, cloudsFile());
    const python = {
      ...env,
      OS_CLIENT_CONFIG_FILE: clouds,
      OS_NEUTRONCLIENT_EXEC_DIR: bin,
      OS_TEST_TIMEOUT: '180',
      OS_LOG_CAPTURE: '1',
    };
    let good = true;
    for (const suite of chosen) {
      const out = join(state, suite);
      await mkdir(out);
      const where = { ...python, TEMPEST_CONFIG: join(out, 'tempest.conf'), TEMPEST_CONFIG_DIR: out };
      const login = ['--auth-url', keystone.url, '--admin-pass', keystone.password];
      const promised = ['--state', state, '--extensions', record.replace('json', 'extensions')];
      await script('exam_prepare.py', ['--out', out, ...login, ...promised], where);
      const which = [
        '--suites',
        `${suite}=${suites[suite]}`,
        '--label',
        database,
        '--order',
        record,
        ...patience,
      ];
      await script('exam_runner.py', ['--out', out, ...which, ...options], where);
      if (options.includes('--list')) continue;
      const outcomes = await outcomesOf(join(out, 'results.json'));
      good = judge(`${suite} on ${database}`, outcomes, await outcomesOf(record)) && good;
    }
    return good;
  } finally {
    await script('agents-down.sh', [], env);
    await script('keystone-down.sh', ['--purge'], env);
    if (server?.kill('SIGTERM') && server.exitCode === null) await once(server, 'exit');
    await Promise.all([rabbit.stop(), mariadb?.stop()]);
    if (process.env.NEUTRON_EXAM_KEEP) console.log(`kept: ${state}`);
    else await rm(state, { recursive: true, force: true });
  }
}

if (!existsSync(exam)) {
  console.error(`the exam is not here: ${exam}`);
  process.exit(2);
}
const words = process.argv.slice(2);
const named = (words[0] ?? '').split(',').filter((word): word is Suite => Object.hasOwn(suites, word));
if (named.length > 0) words.shift();
const [first] = words;
const database = first === 'mariadb' || first === 'sqlite' ? first : 'mariadb';
if (database === first) words.shift();
process.exit((await sit(named.length > 0 ? named : ['tempest'], database, words)) ? 0 : 1);
