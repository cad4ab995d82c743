import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalAddress, compareAddresses, formatAddress, parseAddress } from './address.ts';
import { cidrContains, formatCidr, overlaps, parseCidr, sizeOf } from './cidr.ts';
import { canonicalMac, eui64Address, generateMac } from './mac.ts';
import { at, count, merge, sample, take, without } from './ranges.ts';

describe('addresses', () => {
  const valid = [
    ['10.0.0.1', '10.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['FE80:0:0:0::1', 'fe80::1'],
    ['::', '::'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:1.2.3.4', '::ffff:102:304'],
  ] as const;
  for (const [text, canonical] of valid) {
    it(`${text} is ${canonical}`, () => assert.equal(canonicalAddress(text), canonical));
  }
  for (const text of ['', 'x', '1.2.3', '1.2.3.256', '1.2.3.4/24', 'fe80::1%eth0', '1::2::3', 'fe80::/64']) {
    it(`'${text}' is none`, () => assert.equal(parseAddress(text), undefined));
  }
  it('round trips numbers', () => {
    assert.equal(parseAddress('0.0.1.0')!.value, 256n);
    assert.equal(formatAddress({ version: 6, value: 1n << 127n }), '8000::');
  });
  it('orders by number', () => {
    assert.deepEqual(['10.0.0.10', '::1', '10.0.0.9'].sort(compareAddresses), [
      '10.0.0.9',
      '10.0.0.10',
      '::1',
    ]);
  });
});

describe('blocks', () => {
  const formats = [
    ['10.2.0.5/24', '10.2.0.0/24'],
    ['10.0.0.7', '10.0.0.7/32'],
    ['fd00::1:2/64', 'fd00::/64'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ] as const;
  for (const [text, expected] of formats) {
    it(`${text} is ${expected}`, () => assert.equal(formatCidr(parseCidr(text)!), expected));
  }
  for (const text of ['300.0.0.0/24', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/2/2', 'x/24', '10.0.0.0/-1']) {
    it(`'${text}' is none`, () => assert.equal(parseCidr(text), undefined));
  }
  it('compares', () => {
    const block = (text: string) => parseCidr(text)!;
    assert.equal(sizeOf(block('10.0.0.0/24')), 256n);
    assert.ok(overlaps(block('10.0.0.0/24'), block('10.0.0.128/25')));
    assert.ok(!overlaps(block('10.0.0.0/24'), block('10.0.1.0/24')));
    assert.ok(!overlaps(block('0.0.0.0/0'), block('::/0')));
    assert.ok(cidrContains('fd00::/64', 'fd00::5'));
    assert.ok(!cidrContains('fd00::/64', '10.0.0.5'));
  });
});

describe('MAC addresses', () => {
  it('keeps the base', () => {
    assert.match(generateMac('fa:16:3e:00:00:00'), /^fa:16:3e(:[0-9a-f]{2}){3}$/);
    assert.match(generateMac('fa:16:3e:4F:00:00'), /^fa:16:3e:4f(:[0-9a-f]{2}){2}$/);
  });
  it('is written in one way', () => assert.equal(canonicalMac('FA-16-3E-00-00-01'), 'fa:16:3e:00:00:01'));
  it('makes the recorded stateless address', () => {
    assert.equal(eui64Address('fd00:5::/64', 'fa:16:3e:ff:de:b3'), 'fd00:5::f816:3eff:feff:deb3');
  });
});

describe('ranges', () => {
  const r = (start: number, end: number) => ({ start: BigInt(start), end: BigInt(end) });
  it('merges', () => assert.deepEqual(merge([r(5, 9), r(1, 4), r(20, 30), r(25, 26)]), [r(1, 9), r(20, 30)]));
  it('leaves out', () => {
    assert.deepEqual(without([r(1, 5), r(10, 12)], [3n, 1n, 12n, 99n, 3n]), [r(2, 2), r(4, 5), r(10, 11)]);
    assert.deepEqual(without([r(1, 2)], [1n, 2n]), []);
  });
  it('counts, indexes and takes', () => {
    assert.equal(count([r(1, 5), r(10, 12)]), 8n);
    assert.equal(at([r(1, 5), r(10, 12)], 6n), 11n);
    assert.deepEqual(take([r(1, 2), r(10, 12)], 3), [1n, 2n, 10n]);
  });
  it('samples different numbers of the window', () => {
    const few = sample([r(1, 10_000)], 5, 1000n);
    assert.equal(new Set(few).size, 5);
    assert.ok(few.every((number) => number >= 1n && number <= 1000n));
    assert.deepEqual(sample([r(1, 3)], 9, 1000n).sort(), [1n, 2n, 3n]);
  });
});
