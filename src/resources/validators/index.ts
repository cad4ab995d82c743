import { fixedIps, hostroutes, ipAddress, ipPools, macAddress, nameservers, subnet } from './addresses.ts';
import {
  dict,
  dictOrNodata,
  type KeyRules,
  listOfAnyKeyRulesOrNone,
  subnetList,
  uniqueStrings,
  uuidList,
} from './collections.ts';
import { dnsDomainName, dnsHostName, fipDnsHostName, type HostNameRule } from './dns.ts';
import {
  allowedAddressPairs,
  availabilityZoneHints,
  nameNotDefault,
  networkSegments,
  servicePluginType,
  subnetPoolIdOrNone,
  subnetServiceTypes,
} from './network.ts';
import {
  boolean,
  nonNegative,
  notEmptyString,
  onelineNotEmptyString,
  orNone,
  range,
  string,
  uuid,
  type Validator,
  type Verdict,
  values,
} from './primitives.ts';

/** The parameter that each kind of validation takes. */
export interface Parameters {
  string: number | null;
  string_or_none: number | null;
  not_empty_string: number | null;
  not_empty_string_or_none: number | null;
  oneline_not_empty_string: number | null;
  oneline_not_empty_string_or_none: number | null;
  name_not_default: number | null;
  list_of_unique_strings: number | null;
  allowed_address_pairs: number;
  dns_host_name: number | HostNameRule;
  fip_dns_host_name: number;
  dns_domain_name: number;
  range: readonly [number, number];
  values: readonly unknown[];
  dict: KeyRules | null;
  dict_or_none: KeyRules | null;
  dict_or_nodata: KeyRules | null;
  list_of_any_key_specs_or_none: readonly KeyRules[];
}

export type Plain =
  | 'availability_zone_hint_list'
  | 'boolean'
  | 'fixed_ips'
  | 'hostroutes'
  | 'ip_address'
  | 'ip_address_or_none'
  | 'ip_pools'
  | 'list_of_subnet_service_types'
  | 'mac_address'
  | 'mac_address_or_none'
  | 'nameservers'
  | 'network_segments'
  | 'non_negative'
  | 'service_plugin_type'
  | 'subnet'
  | 'subnet_list'
  | 'subnet_or_none'
  | 'subnetpool_id_or_none'
  | 'uuid'
  | 'uuid_list'
  | 'uuid_or_none';

/** One validation of an attribute, named as in Neutron's `type:…`: the name, or the name with its parameter. */
export type Rule =
  | Plain
  | { [Name in keyof Parameters]: { readonly [Key in Name]: Parameters[Name] } }[keyof Parameters];

const plain: Readonly<Record<Plain, Validator>> = {
  availability_zone_hint_list: availabilityZoneHints,
  boolean,
  fixed_ips: fixedIps,
  hostroutes,
  ip_address: ipAddress,
  ip_address_or_none: orNone(ipAddress),
  ip_pools: ipPools,
  list_of_subnet_service_types: subnetServiceTypes,
  mac_address: macAddress,
  mac_address_or_none: orNone(macAddress),
  nameservers,
  network_segments: networkSegments,
  non_negative: nonNegative,
  service_plugin_type: servicePluginType,
  subnet,
  subnet_list: subnetList,
  subnet_or_none: orNone(subnet),
  subnetpool_id_or_none: subnetPoolIdOrNone,
  uuid,
  uuid_list: uuidList,
  uuid_or_none: orNone(uuid),
};

const parameterised: { readonly [Name in keyof Parameters]: Validator<Parameters[Name]> } = {
  string,
  string_or_none: orNone(string),
  not_empty_string: notEmptyString,
  not_empty_string_or_none: orNone(notEmptyString),
  oneline_not_empty_string: onelineNotEmptyString,
  oneline_not_empty_string_or_none: orNone(onelineNotEmptyString),
  name_not_default: nameNotDefault,
  list_of_unique_strings: uniqueStrings,
  allowed_address_pairs: allowedAddressPairs,
  dns_host_name: dnsHostName,
  fip_dns_host_name: fipDnsHostName,
  dns_domain_name: dnsDomainName,
  range,
  values,
  dict,
  dict_or_none: orNone(dict),
  dict_or_nodata: dictOrNodata,
  list_of_any_key_specs_or_none: listOfAnyKeyRulesOrNone,
};

/** The name of a rule, without `type:`. */
const ruleName = (rule: Rule): string => (typeof rule === 'string' ? rule : Object.keys(rule)[0]!);

/** Applies a rule; some rules throw an error of their own instead of giving a verdict. */
export function check(rule: Rule, value: unknown): Verdict {
  if (typeof rule === 'string') return plain[rule](value, null);
  const name = ruleName(rule) as keyof Parameters;
  const validator = parameterised[name] as Validator<unknown>;
  return validator(value, (rule as Record<string, unknown>)[name]);
}
