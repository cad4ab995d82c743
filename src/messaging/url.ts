/** One broker of a transport_url. */
export interface TransportHost {
  readonly host: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
}

/** oslo's transport_url: driver://user:password@host:port,user:password@host:port/virtual-host?options */
export interface TransportUrl {
  readonly scheme: string;
  readonly hosts: readonly TransportHost[];
  /** '' when the URL names none. */
  readonly virtualHost: string;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseHost(text: string): TransportHost {
  const at = text.lastIndexOf('@');
  const credentials = at < 0 ? undefined : text.slice(0, at);
  const address = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text.slice(at + 1));
  if (!address) throw new Error(`transport_url: '${text.slice(at + 1)}' is not host:port`);
  const port = address[3] === undefined ? undefined : Number(address[3]);
  if (port !== undefined && (port < 1 || port > 65535)) throw new Error(`transport_url: ${port} is no port`);
  const colon = credentials?.indexOf(':') ?? -1;
  return {
    host: address[1] ?? address[2]!,
    ...(port === undefined ? {} : { port }),
    ...(credentials === undefined
      ? {}
      : { username: decode(colon < 0 ? credentials : credentials.slice(0, colon)) }),
    ...(credentials === undefined || colon < 0 ? {} : { password: decode(credentials.slice(colon + 1)) }),
  };
}

/** Reads a transport_url; errors never show a password. */
export function parseTransportUrl(url: string): TransportUrl {
  const parts = /^([\w+.-]+):(?:\/\/([^/?]*)(?:\/([^?]*))?)?(?:\?.*)?$/.exec(url);
  if (!parts)
    throw new Error('transport_url is not of the form driver://user:password@host:port/virtual-host');
  const [, scheme, hosts = '', virtualHost = ''] = parts;
  return {
    scheme: scheme!,
    hosts: hosts === '' ? [] : hosts.split(',').map(parseHost),
    virtualHost: decode(virtualHost),
  };
}
