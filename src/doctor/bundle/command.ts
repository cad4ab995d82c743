import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './bundle.ts';

const options = {
  output: { type: 'string', short: 'o' },
  'config-dir': { type: 'string', default: '/etc/neutron' },
  'no-remote': { type: 'boolean', default: false },
} as const;

/** `neutron-doctor bundle`: makes the archive and says what is in it. Throws for wrong usage. */
export async function bundleCommand(argv: string[], print: (line: string) => void): Promise<number> {
  const { values } = parseArgs({ args: argv, options });
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const output = resolve(values.output ?? `neutron-bundle-${hostname()}-${stamp}.tar.gz`);
  const question = { directory: values['config-dir'], askLan: false, words: [] };
  const index = await bundle({ output, question, remote: !values['no-remote'], env: process.env });
  for (const { host, result, by, why, files } of index)
    print(
      `${host}: ${result}${files === undefined ? '' : ` ${files} files, by ${by}`}${why ? `: ${why}` : ''}`,
    );
  print(output);
  return 0;
}
