import { parseAddress } from '../../net/address.ts';
import type { Probe, ProbeKind } from '../../rpc/probes.ts';
import { badRequest } from '../errors/index.ts';
import type { Item } from '../services/service.ts';

/** Whether a value is what a name stands for, and what that is, in words. */
interface Rule {
  readonly words: string;
  is(value: unknown): boolean;
}

const whole = (least: number, most: number): Rule => ({
  words: `a whole number from ${least} to ${most}`,
  is: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
});
const target: Rule = {
  words: 'an IPv4 address',
  is: (value) => typeof value === 'string' && parseAddress(value)?.version === 4,
};
const path: Rule = {
  words: 'a path that begins with /',
  is: (value) => typeof value === 'string' && /^\/[\x21-\x7e]*$/.test(value),
};
const name: Rule = {
  words: 'a host name',
  is: (value) => typeof value === 'string' && value.length < 254 && /^([\w-]{1,63}\.?)+$/.test(value),
};
const yesOrNo: Rule = { words: 'true or false', is: (value) => typeof value === 'boolean' };

/** What each kind is given; a name with a question mark may be left out. */
const KINDS: { readonly [Kind in ProbeKind]: Readonly<Record<string, Rule>> } = {
  dhcp: { 'take?': yesOrNo },
  arp: { target },
  echo: { target, 'size?': whole(28, 65_535) },
  tcp: { target, port: whole(1, 65_535) },
  http: { target, path },
  dns: { target, name },
};
const ALL: Readonly<Record<string, Rule>> = {
  'seconds?': {
    words: 'a number from 0 to 60',
    is: (value) => typeof value === 'number' && value >= 0 && value <= 60,
  },
  'minutes?': whole(1, 60),
};

/** Reads what a request asks to be sent. Throws HTTPBadRequest, saying what is wrong. */
export function givenProbe({ kind, ...given }: Item): { probe: Probe; minutes: number | undefined } {
  if (typeof kind !== 'string' || !Object.hasOwn(KINDS, kind))
    throw badRequest(`Probe kind must be one of ${Object.keys(KINDS).join(', ')}.`);
  const rules = Object.entries({ ...KINDS[kind as ProbeKind], ...ALL });
  const names = rules.map(([rule]) => rule.replace('?', ''));
  const strange = Object.keys(given).filter((one) => !names.includes(one));
  if (strange.length > 0)
    throw badRequest(`A probe of kind ${kind} has no ${strange.join(', ')}; it has ${names.join(', ')}.`);
  for (const [rule, { is, words }] of rules) {
    const value = given[rule.replace('?', '')];
    if (value === undefined && rule.endsWith('?')) continue;
    if (!is(value)) throw badRequest(`${rule.replace('?', '')} of a probe of kind ${kind} must be ${words}.`);
  }
  const { minutes, ...rest } = given;
  return { probe: { kind, ...rest } as Probe, minutes: minutes as number | undefined };
}
