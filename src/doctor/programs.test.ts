import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { vxlan } from '../config/options/index.ts';
import { installedPrograms, type Program } from './programs.ts';

const directory = mkdtempSync(join(tmpdir(), 'neutron-programs-'));
after(() => rmSync(directory, { recursive: true }));
const write = (name: string, text: string) => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};
mkdirSync(join(directory, 'plugins/ml2'), { recursive: true });
const conf = write('neutron.conf', '[DEFAULT]\n');
const ml2 = write('plugins/ml2/ml2_conf.ini', '[vxlan]\nlocal_ip = 192.0.2.1\n');
const own = write('plugins/ml2/linuxbridge_agent.ini', '[agent]\npolling_interval = 3\n');

const NAME = 'neutron-linuxbridge-agent';
const agentStartedWith = (...words: string[]) => {
  const running = new Map<Program, readonly string[]>([
    [NAME, ['/usr/bin/python3', `/usr/bin/${NAME}`, ...words]],
  ]);
  return installedPrograms(directory, running).find(({ program }) => program === NAME)!;
};

const cases = [
  {
    name: 'a daemon that runs is taken by the files it was started with',
    words: [`--config-file=${conf}`, `--config-file=${ml2}`, '--config-file', own, '--log-file=/tmp/x'],
    files: [conf, ml2, own],
    localIp: '192.0.2.1',
  },
  { name: 'as the units start it when it was told no files', words: [], files: [conf, own], localIp: null },
  {
    name: 'as the units start it when its files are in another directory',
    words: ['--config-file=/elsewhere/linuxbridge_agent.ini'],
    files: [conf, own],
    localIp: null,
  },
];
for (const { name, words, files, localIp } of cases)
  test(name, () => {
    const agent = agentStartedWith(...words);
    assert.deepEqual(agent.files, files);
    assert.equal(agent.config.group(vxlan).local_ip, localIp);
  });
