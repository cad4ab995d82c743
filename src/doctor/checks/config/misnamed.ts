import { editDistance } from '../../../config/nearest.ts';

/** A file that nothing reads, and the name that it was probably meant to have; both below the configuration directory. */
export interface Misnamed {
  readonly name: string;
  readonly right: string;
}

/** Files of Neutron that other daemons read, or other programs: some are nearly called like ours. */
const OTHERS =
  /^(plugin\.ini|api-paste\.ini|rootwrap\.conf|.*policy\.(json|yaml)|(metering|bgp_dr|vpn|fwaas|ovn|neutron_ovn_metadata|openvswitch|sriov|macvtap)_?agent\.ini|.*_driver\.ini|ml2_conf_.+\.ini|neutron_\w+\.conf|dnsmasq.*|.*\.d)$/;

/** What editors and package managers leave beside a file. */
const COPIES =
  /^[.#]|(~|[.#-](bak|backup|orig|old|save[d]?|swp|rpm(new|save|orig)|dpkg-\w+|ucf-\w+|sample|example|template|dist|\d[\d-]*))$/i;

const LARGEST_DISTANCE = 2;

const baseOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
const stemOf = (base: string): string =>
  base
    .toLowerCase()
    .replace(/\.[^.]*$/, '')
    .replaceAll(/[_-]/g, '');

function isNear(base: string, right: string): boolean {
  return (
    stemOf(base) === stemOf(right) ||
    editDistance(base.toLowerCase(), right.toLowerCase()) <= LARGEST_DISTANCE
  );
}

/** Those of the files that are nearly called like one that is read, or lie in another folder than that one. */
export const misnamedAmong = (names: readonly string[], known: readonly string[]): Misnamed[] =>
  names
    .filter((name) => !known.includes(name) && !OTHERS.test(baseOf(name)) && !COPIES.test(baseOf(name)))
    .flatMap((name) => {
      const right = known.find((one) => isNear(baseOf(name), baseOf(one)));
      return right === undefined ? [] : [{ name, right }];
    });
