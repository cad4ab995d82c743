import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { splitWords } from './interactive.ts';
import { type Dict, isDict, parseJson, str } from './python/value.ts';
import { type Replay, startReplay } from './testing/replay.ts';
import { runNeutron } from './testing/run.ts';
import { cellValue, itemOf, readTable } from './testing/tableText.ts';
import { readTranscripts, type Transcript, whyNoTranscripts } from './testing/transcript.ts';

const why = whyNoTranscripts();
const transcripts = why === undefined ? readTranscripts() : [];

/** What a transcript's server must have had: one object, or the items of collections by name. */
const objectsOf = (transcript: Transcript): Record<string, Dict[]> => {
  const { stdout } = transcript;
  const command = lastCommand(transcript);
  if (/ -f (value|csv|yaml)/.test(command)) return command.includes('-list') ? networks() : shownAsJson();
  if (/^[[{]/.test(stdout)) return fromJson(stdout, command);
  const table = readTable(stdout);
  if (!table) return stdout.startsWith('admin_state_up=') ? shownAsJson() : {};
  if (table.header.join() === 'Field,Value')
    return {
      object: [Object.fromEntries(table.rows.map(([name, cell]) => [name!.trim(), cellValue(cell!)]))],
    };
  const items = table.rows.map((row) => itemOf(table.header, row));
  return { [collectionOf(command)]: items, ...relatives(table.rows, table.header) };
};

const collectionOf = (command: string): string => {
  const noun = /neutron (?:--debug )?([-\w]+?)-list/.exec(command)![1]!;
  const names: Record<string, string> = {
    net: 'networks',
    ext: 'extensions',
    'net-external': 'networks',
    'router-port': 'ports',
    rbac: 'rbac_policies',
    'net-ip-availability': 'network_ip_availabilities',
    'dhcp-agent': 'agents',
    'l3-agent': 'agents',
  };
  return names[noun] ?? `${noun.replaceAll('-', '_')}s`;
};

/** The subnets and security groups that other rows tell about. */
const relatives = (rows: readonly string[][], header: readonly string[]): Record<string, Dict[]> => {
  const cells = (name: string): string[] => rows.map((row) => row[header.indexOf(name)] ?? '');
  const subnets = cells('subnets').flatMap((cell) => cell.split('\n').map((line) => line.trim().split(' ')));
  const groups = [...cells('security_group'), ...cells('remote')].map((cell) =>
    cell.trim().replace(/ \(group\)$/, ''),
  );
  return {
    ...(header.includes('subnets')
      ? { subnets: subnets.map(([id, cidr]) => ({ id: id!, cidr: cidr ?? '' })) }
      : {}),
    ...(header.includes('security_group')
      ? { security_groups: [...new Set(groups)].map((name) => ({ id: `id of ${name}`, name })) }
      : {}),
  };
};

const fromJson = (text: string, command: string): Record<string, Dict[]> => {
  const value = parseJson(text);
  if (isDict(value)) return { object: [value] };
  const items = (Array.isArray(value) ? value.filter(isDict) : []).map((item): Dict => {
    const subnets: Dict = Array.isArray(item.subnets)
      ? { subnets: item.subnets.map((each) => (isDict(each) ? each.id! : '')) }
      : {};
    const texts = Object.fromEntries(Object.entries(item).filter(([, each]) => typeof each === 'string'));
    return { ...item, ...itemOf(Object.keys(texts), Object.values(texts).map(str)), ...subnets };
  });
  const subnets = (Array.isArray(value) ? value : []).flatMap((item) =>
    isDict(item) && Array.isArray(item.subnets) ? item.subnets.filter(isDict) : [],
  );
  const groups = ['web', 'default'].map((name) => ({ id: `id of ${name}`, name }));
  return { [collectionOf(command)]: items, subnets, security_groups: groups };
};

const ofCommand = (command: string): Transcript => transcripts.find((each) => each.command === command)!;
const networks = (): Record<string, Dict[]> => objectsOf(ofCommand('neutron net-list -f json'));
const shownAsJson = (): Record<string, Dict[]> => objectsOf(ofCommand('neutron net-show private -f json'));

const lastCommand = ({ command }: Transcript): string => command.replace(/^.*; neutron/, 'neutron');

/** The words of the transcript's last command, shell variables replaced by what the output shows they were. */
const wordsOf = (transcript: Transcript): string[] => {
  const { stdout, stderr } = transcript;
  const line = lastCommand(transcript).replace(/^.*?neutron /, '');
  const shown = stdout + stderr;
  const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(shown.replaceAll(/req-\S+/g, ''))?.[0] ?? 'id';
  const mac = /([0-9a-f]{2}:){5}[0-9a-f]{2}/.exec(shown)?.[0] ?? 'mac';
  return splitWords(line.replace(/\$[ip]\b/, id).replace(/\$m\b/, mac));
};

/** What a page of help has at its end that no recording has. */
const helpOfOurs = /\narguments that Neutron does not have:\n {2}--wait .*\n$/s;

const isOurs = ({ command }: Transcript): boolean =>
  /^neutron |; neutron |[A-Z]=\S+ neutron |^env .*neutron /.test(command);

if (why) test('the recorded transcripts', { skip: why });

describe('the recorded transcripts', { skip: why !== undefined }, () => {
  let replay: Replay;
  before(async () => {
    replay = await startReplay();
  });
  after(() => replay.close());

  for (const transcript of transcripts.filter(isOurs))
    test(transcript.name, async () => {
      const { command } = transcript;
      replay.play(transcript, objectsOf(transcript));
      const env: Record<string, string> = {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '/tmp',
        COLUMNS: '200',
        OS_AUTH_URL: replay.authUrl,
        OS_USERNAME: transcript.user,
        OS_PASSWORD: 'secret',
        OS_PROJECT_NAME: transcript.user,
      };
      if (command.startsWith('env -u OS_AUTH_URL')) delete env.OS_AUTH_URL;
      const { stdout, stderr, status } = await runNeutron(wordsOf(transcript), env);
      assert.equal(stdout.replace(helpOfOurs, ''), transcript.stdout);
      assert.equal(status, transcript.status);
      if (command.includes('--debug'))
        assert.match(stderr, /^DEBUG: keystoneauth\.session REQ: curl -g -i -X GET/m);
      else assert.equal(stderr, transcript.stderr);
    });
});
