import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Config } from '../config/option.ts';
import { core, logging } from '../config/options/index.ts';
import type { Collected } from '../rpc/collect.ts';
import { type Gathered, gatherFiles } from './files.ts';
import { gatherKernel } from './kernel.ts';
import { secretRemover, withoutSecrets } from './secrets.ts';

/** Where a host keeps what is gathered of it. */
export interface Places {
  readonly configuration: string;
  readonly state: string;
  readonly logs: string;
}

const LOGS = '/var/log/neutron';

/** The places that a daemon's configuration names. */
export function placesOf(config: Config): Places {
  const { log_dir, log_file } = config.group(logging);
  const [file] = config.files;
  return {
    configuration: file === undefined ? '/etc/neutron' : dirname(file),
    state: config.group(core).state_path,
    logs: log_dir ?? (log_file?.startsWith('/') ? dirname(log_file) : LOGS),
  };
}

/** Keys of any kind are left out, whatever their names end with. */
const isConfiguration = (path: string) =>
  /\.(conf|ini|in|yaml|yml|json|filters)$/.test(path) && !/rpc-keys|\.(pem|key)/.test(path);
const isState = (path: string) =>
  /^(dhcp|ha_confs|ra|ns-metadata-proxy|external\/pids)\//.test(path) && !/\.(sqlite|db|lock)$/.test(path);
const isLog = (path: string) => /\.(log|out)$/.test(path);

const KILOBYTE = 1024;

/** Everything of this host that helps to see what is wrong, without secrets. */
export async function collectHost({ configuration, state, logs }: Places): Promise<Gathered> {
  const read: Gathered = { files: {}, missed: [] };
  gatherFiles({ directory: configuration, takes: isConfiguration, bytes: 512 * KILOBYTE, most: 200 }, read);
  const remove = secretRemover(Object.values(read.files));
  const other: Gathered = { files: {}, missed: read.missed };
  gatherFiles({ directory: logs, takes: isLog, bytes: 256 * KILOBYTE, most: 40 }, other);
  gatherFiles({ directory: state, takes: isState, bytes: 64 * KILOBYTE, most: 400 }, other);
  await gatherKernel(other, existsSync('/run/systemd/system'));
  const mapped = (files: Record<string, string>, change: (text: string) => string) =>
    Object.entries(files).map(([path, text]) => [path.replace(/^\//, ''), change(text)] as const);
  return {
    files: Object.fromEntries([
      ...mapped(read.files, (text) => remove(withoutSecrets(text))),
      ...mapped(other.files, remove),
    ]),
    missed: read.missed.map(remove),
  };
}

/** Gathered texts as they cross RPC. */
export async function packed({ files, missed }: Gathered): Promise<Collected> {
  const compressed = await promisify(gzip)(JSON.stringify(files));
  return { files: compressed.toString('base64'), missed };
}

export async function unpacked({ files, missed }: Collected): Promise<Gathered> {
  const text = (await promisify(gunzip)(Buffer.from(files, 'base64'))).toString('utf8');
  return { files: JSON.parse(text) as Record<string, string>, missed: [...missed] };
}
