import { isPythonFalse } from '../pythonText.ts';
import { lengthOf, string, type Validator, type Verdict } from './primitives.ts';

/** What stands between dots; the names in brackets are filled in by the driver dns_domain_keywords. */
const LABEL = /^([a-z0-9-]{1,63}|<project_id>|<project_name>|<user_name>|<user_id>)$/;
/** Greatest length of a whole name. */
const LONGEST = 255;
/** Option dns_domain by default: ports have no names of their own then. */
export const DEFAULT_DOMAIN = 'openstacklocal';

function labelFault(label: string): Verdict {
  if (label === '') return 'Encountered an empty component';
  if (label.startsWith('-') || label.endsWith('-')) {
    return `Name '${label}' must not start or end with a hyphen`;
  }
  return LABEL.test(label)
    ? undefined
    : `Name '${label}' must be 1-63 characters long, each of which can only be alphanumeric or a hyphen`;
}

function nameFault(name: string, longest: number): Verdict {
  if (lengthOf(name) > longest) return `'${name}' exceeds the ${longest} character FQDN limit`;
  const labels = name.split('.');
  for (const label of labels) {
    const fault = labelFault(label);
    if (fault) return fault;
  }
  const last = labels.at(-1)!;
  return labels.length > 1 && /^[0-9]+$/.test(last) ? `TLD '${last}' must not be all numeric` : undefined;
}

/** Whether a text has the form of a host's or domain's name (RFC 952, RFC 1123); one dot may close it. */
function format(value: string, longest: number): Verdict {
  const fault = nameFault(value.replace(/\.$/, ''), longest);
  return fault && `'${value}' not a valid PQDN or FQDN. Reason: ${fault}`;
}

/** A name's greatest length, and the domain of option dns_domain that it must fit. */
export interface HostNameRule {
  readonly longest: number;
  readonly domain: string;
}

/** Whether a name is right with the domain that is put behind it. */
function withDomain(name: string, option: string): Verdict {
  const higher = `.${option.replace(/\.$/, '')}.`;
  if (name.endsWith('.')) {
    return name.length > higher.length && name.endsWith(higher)
      ? undefined
      : `The dns_name passed is a FQDN. Its higher level labels must be equal to the dns_domain option in neutron.conf, that has been set to '${option}'. It must also include one or more valid DNS labels to the left of '${option}'`;
  }
  return name.length + higher.length > LONGEST
    ? `The dns_name passed is a PQDN and its size is '${name.length}'. The dns_domain option in neutron.conf is set to ${option}, with a length of '${higher.length}'. When the two are concatenated to form a FQDN (with a '.' at the end), the resulting length exceeds the maximum size of '${LONGEST}'`
    : undefined;
}

/** A port's name: relative, or under the domain of option dns_domain. A bare length checks the form alone. */
export const dnsHostName: Validator<number | HostNameRule> = (value, rule) => {
  const { longest, domain } = typeof rule === 'number' ? { longest: rule, domain: '' } : rule;
  if (isPythonFalse(value)) return undefined;
  const fault = string(value, null);
  if (fault) return fault;
  const name = value as string;
  const named = domain !== '' && domain.replace(/\.$/, '') !== DEFAULT_DOMAIN;
  return format(name, longest) ?? (named ? withDomain(name, domain) : undefined);
};

/** A floating IP's name: relative, with room for a domain. */
export const fipDnsHostName: Validator<number> = (value, longest) => {
  const fault = string(value, null);
  if (fault) return fault;
  const name = value as string;
  if (name === '') return undefined;
  if (name.endsWith('.')) return `'${name}' is a FQDN. It should be a relative domain name`;
  return (
    format(name, longest) ??
    (lengthOf(name) > longest - 3
      ? `'${name}' contains ${lengthOf(name)} characters. Adding a domain name will cause it to exceed the maximum length of a FQDN of '${longest}'`
      : undefined)
  );
};

/** A domain, with its closing dot and room for a name. */
export const dnsDomainName: Validator<number> = (value, longest) => {
  const fault = string(value, null);
  if (fault) return fault;
  const name = value as string;
  if (name === '') return undefined;
  if (!name.endsWith('.')) return `'${name}' is not a FQDN`;
  return (
    format(name, longest) ??
    (lengthOf(name) > longest - 2
      ? `'${name}' contains ${lengthOf(name)} characters. Adding a sub-domain will cause it to exceed the maximum length of a FQDN of '${longest}'`
      : undefined)
  );
};
