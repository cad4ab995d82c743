import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { curveKeyPair } from 'zeromq';

/**
 * CURVE keys as certificate files in the format of CZMQ and pyzmq: NAME.key holds the public key, NAME.key_secret both.
 * The controller needs server.key_secret and the .key of every client it admits; other hosts need server.key and
 * client.key_secret.
 */

export interface KeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

const certificate = (pair: { publicKey: string; secretKey?: string }) =>
  `metadata\ncurve\n    public-key = "${pair.publicKey}"\n${
    pair.secretKey === undefined ? '' : `    secret-key = "${pair.secretKey}"\n`
  }`;

/** What helps where a key cannot be read. */
const remedy = (code: string | undefined): string =>
  code === 'EACCES' || code === 'EPERM'
    ? 'They belong to another user: chown -R neutron its folder.'
    : 'Make keys on the controller with neutron-rpc-keys and copy server.key and client.key_secret to the other hosts.';

/** Runs a read; an error says what to do. */
function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`RPC key ${path} cannot be read (${code}). ${remedy(code)}`);
  }
}

function value(path: string, name: 'public-key' | 'secret-key'): string {
  const text = reading(path, () => readFileSync(path, 'utf8'));
  const found = new RegExp(`^\\s*${name}\\s*=\\s*"(.{40})"`, 'm').exec(text);
  if (!found) throw new Error(`RPC key ${path} has no ${name}`);
  return found[1]!;
}

const pair = (path: string): KeyPair => ({
  publicKey: value(path, 'public-key'),
  secretKey: value(path, 'secret-key'),
});

/** Makes a key pair for the server and one for its clients. Existing keys are never overwritten: rejects with EEXIST. */
export function makeKeys(directory: string): string[] {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const written: string[] = [];
  const write = (name: string, text: string, mode: number) => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode, flag: 'wx' });
    written.push(path);
  };
  for (const name of ['server', 'client']) {
    const keys = curveKeyPair();
    write(`${name}.key_secret`, certificate(keys), 0o600);
    write(`${name}.key`, certificate({ publicKey: keys.publicKey }), 0o644);
  }
  return written;
}

/** The hub's keys and the public keys it admits. */
export function readServerKeys(directory: string): { own: KeyPair; admitted: ReadonlySet<string> } {
  const names = reading(directory, () => readdirSync(directory)).filter(
    (name) => name.endsWith('.key') && name !== 'server.key',
  );
  return {
    own: pair(join(directory, 'server.key_secret')),
    admitted: new Set(names.map((name) => value(join(directory, name), 'public-key'))),
  };
}

/** A peer's keys and the public key by which it knows the hub. */
export const readClientKeys = (directory: string): { own: KeyPair; server: string } => ({
  own: pair(join(directory, 'client.key_secret')),
  server: value(join(directory, 'server.key'), 'public-key'),
});
