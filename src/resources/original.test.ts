import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type ConverterName, convert } from './converters/index.ts';
import type { Attribute, ResourceDefinition } from './definition.ts';
import { NeutronError } from './fault.ts';
import { children, resources } from './index.ts';
import { candidates } from './testing/candidates.ts';
import { check, type Rule } from './validators/index.ts';

/** Debian's own, which its packages are for. */
const interpreter = '/usr/bin/python3';
const oracle = fileURLToPath(new URL('./testing/oracle.py', import.meta.url));
const skip =
  spawnSync(interpreter, ['-c', 'import neutron_lib, neutron']).status === 0
    ? false
    : "Neutron's validators (Debian's python3-neutron and python3-neutron-lib) are not installed";

type Case = readonly [kind: 'check' | 'convert', name: string, parameter: unknown, value: unknown];

/** What a validator or converter gives: a verdict, a value, or an error. */
type Outcome = Readonly<Record<string, unknown>>;

function ask(cases: readonly Case[]): Outcome[] {
  if (cases.length === 0) return [];
  const { stdout, stderr, status } = spawnSync(interpreter, [oracle], {
    input: JSON.stringify(cases),
    maxBuffer: 2 ** 28,
    encoding: 'utf8',
    env: { ...process.env, PYTHONHASHSEED: '0' },
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

const definitions: readonly ResourceDefinition[] = [...Object.values(resources), ...Object.values(children)];
const attributes = definitions.flatMap(({ attributes }) => Object.values<Attribute>(attributes));
const unique = <T>(values: readonly (T | undefined)[]): T[] => [
  ...new Map(
    values.filter((value) => value !== undefined).map((value) => [JSON.stringify(value), value]),
  ).values(),
];

/** Those of which the original depends on more than the value. */
const apart: Readonly<Record<string, string>> = {
  service_plugin_type: 'asks for the plugins that are loaded',
};

const hasLines = (value: unknown): boolean => typeof value === 'string' && value.includes('\n');

/** Values that are refused or left here, though Neutron takes them. */
const refused: Readonly<Record<string, { readonly are: (value: unknown) => boolean; readonly why: string }>> =
  {
    convert_protocol: {
      are: (value) =>
        value === '1_0' ||
        typeof value === 'boolean' ||
        (!Number.isInteger(value ?? 0) && typeof value === 'number'),
      why: 'the text of whatever int() takes would reach the packet filter as the name of a protocol',
    },
    values: {
      are: (value) => typeof value === 'boolean',
      why: 'Python counts true and false as numbers; convert_int has made numbers of them before',
    },
    convert_ip_to_canonical_format: { are: (value) => value === 1e15, why: 'a number is no address in JSON' },
    dns_host_name: { are: hasLines, why: 'a line feed would begin a new line in the files of dnsmasq' },
    fip_dns_host_name: { are: hasLines, why: 'the same' },
    dns_domain_name: { are: hasLines, why: 'the same' },
  };

const parts = (rule: Rule): [string, unknown] =>
  typeof rule === 'string' ? [rule, null] : (Object.entries(rule)[0] as [string, unknown]);

function ours(run: () => Outcome): Outcome {
  try {
    return run();
  } catch (error) {
    if (error instanceof NeutronError) return { error: error.type, message: error.message };
    throw error;
  }
}

/** Python prints the members of a set in any order. */
const settled = (outcome: Outcome): Outcome =>
  JSON.parse(
    JSON.stringify(outcome)
      .replace(/\{(('[^'{}]*'(, )?)+)\}/g, (_, list: string) => `{${list.split(', ').sort().join(', ')}}`)
      .replace(
        /(Unrecognized attribute\(s\) ')([^']+)/,
        (_, start: string, list: string) => start + list.split(', ').sort().join(', '),
      ),
  );

/** Where Neutron answers 500, any verdict will do that is none of a program's fault. */
function compare(value: unknown, mine: Outcome, theirs: Outcome): void {
  if ('crash' in theirs) return;
  assert.deepEqual(settled(mine), settled(theirs), JSON.stringify(value));
}

/** Filters come as lists of texts. */
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** Every case with what Neutron says of it; asked together, as the original takes seconds to load. */
function comparisons() {
  const rules = unique(attributes.map(({ validate }) => validate)).map((rule) => {
    const [name, parameter] = parts(rule);
    return { title: `type:${name} ${JSON.stringify(parameter)}`, rule, name, parameter };
  });
  const names = unique(
    attributes.flatMap(({ convert, convertList }): (ConverterName | undefined)[] => [convert, convertList]),
  );
  const checks = rules
    .filter(({ name }) => !apart[name])
    .flatMap(({ title, rule, name, parameter }) =>
      candidates(name).map((value) => ({
        title,
        asked: ['check', name, parameter, value] as const,
        run(): Outcome {
          const copy = structuredClone(value);
          return { verdict: check(rule, copy) ?? null, value: name === 'network_segments' ? null : copy };
        },
      })),
    );
  const conversions = names.flatMap((name) =>
    candidates(name)
      .filter((value) => name !== 'kvp_list_to_dict' || isTexts(value))
      .map((value) => ({
        title: `convert_${name}`,
        asked: ['convert', name, null, value] as const,
        run: (): Outcome => ({ value: convert(name, structuredClone(value)) }),
      })),
  );
  return [...checks, ...conversions];
}

describe("validators and converters say what Neutron's say", { skip }, () => {
  const cases = skip ? [] : comparisons();
  const theirs = ask(cases.map(({ asked }) => asked));
  for (const title of new Set(cases.map((one) => one.title))) {
    test(title, () => {
      for (const [index, { asked, run, title: own }] of cases.entries()) {
        const [kind, name, , value] = asked;
        if (own !== title) continue;
        const mine = ours(run);
        if (!refused[kind === 'convert' ? `convert_${name}` : name]?.are(value))
          compare(value, mine, theirs[index]!);
      }
    });
  }
  for (const [name, why] of Object.entries(apart)) test(`type:${name}`, { skip: why }, () => {});
});
