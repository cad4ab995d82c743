import { areas } from './catalogue/index.ts';
import type { Listed } from './problem.ts';

function section(one: Listed): string[] {
  const finding = one.illustrate();
  return [
    `### ${one.code}`,
    '',
    `${one.title}. Severity: ${one.severity}.${one.lastsSeconds ? ` Shown once it has lasted ${one.lastsSeconds} s.` : ''}`,
    '',
    `> ${finding.text}`,
    '',
    `**Why.** ${one.cause}`,
    '',
    `**What to do.** ${finding.fix.charAt(0).toUpperCase()}${finding.fix.slice(1)}.`,
    '',
    ...(finding.command === undefined ? [] : ['```', finding.command, '```', '']),
    ...(one.dependsOn?.length
      ? [
          `Not shown where one of these explains it: ${one.dependsOn.map((code) => `[${code}](#${code})`).join(', ')}.`,
          '',
        ]
      : []),
  ];
}

/** docs/problems.md: every problem with an example, by subject. */
export const problemsDocument = (): string =>
  [
    '# Problems',
    '',
    'Every problem that the server, the agents, `neutron` and `neutron-doctor` can name, by its code. Generated from',
    '`src/health/catalogue` by `npm run docs:problems`.',
    '',
    ...Object.entries(areas).flatMap(([title, area]) => [
      `## ${title}`,
      '',
      ...Object.values(area).flatMap(section),
    ]),
  ].join('\n');
