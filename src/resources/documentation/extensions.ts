import { extensionCoverage } from '../extensionCoverage.ts';
import { type Extension, extensions, type Needs } from '../extensions.ts';
import { table } from './api.ts';

const code = (text: string): string => `\`${text}\``;

/** What must be configured, in the words of the files. */
function needs({ plugin, drivers, option }: Needs = {}): string {
  return [
    ...(plugin ? [`${code('service_plugins')} has ${code(plugin)}`] : []),
    ...(drivers ? [`${code('extension_drivers')} has ${drivers.map(code).join(' or ')}`] : []),
    ...(option ? [`${code(option)} is true`] : []),
  ].join('; ');
}

function row(extension: Extension): string[] {
  const { tests = [], lacks, differs = '' } = extensionCoverage[extension.alias] ?? {};
  return [
    code(extension.alias),
    lacks === undefined ? 'yes' : `all but ${lacks}`,
    needs(extension.needs),
    tests.map((file) => `[${file.split('/').at(-1)!.replace('.test.ts', '')}](../${file})`).join(', '),
    differs,
  ];
}

/** docs/extensions.md: a row for each alias. */
export const extensionsDocument = (): string =>
  [
    '# Extensions',
    '',
    'Made of `src/resources/extensions.ts` and `src/resources/extensionCoverage.ts` by `npm run docs:api`; do not edit.',
    '',
    `${extensions.filter(({ own }) => !own).length} extensions of Neutron 21.0: those of the guide's configuration, and those of the DNS and tag drivers. Ours is the last.`,
    '*replay* plays what the real server was asked and holds our answers against its own; names in `src/agents` test what the',
    'kernel does. Where the last column is empty, no difference from Neutron is known.',
    '',
    ...table(['alias', 'done', 'there when', 'tested by', 'difference from Neutron'], extensions.map(row)),
    '',
  ].join('\n');
