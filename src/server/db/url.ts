/** Where a database is, from [database] connection. */
export type DatabaseLocation =
  | { readonly dialect: 'sqlite'; readonly path: string }
  | {
      readonly dialect: 'mariadb';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
      /** Instead of host and port. */
      readonly socketPath?: string;
      readonly ssl?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
    };

const MARIADB_URL = /^(mysql|mariadb)(\+[a-z0-9]+)?:\/\//;

/**
 * Reads an SQLAlchemy URL: sqlite:// (in memory), sqlite:///relative, sqlite:////absolute, and
 * mysql://user:password@host:port/name?unix_socket=… with any driver name (mysql+pymysql). Throws an Error whose
 * text holds no password.
 */
export function parseDatabaseUrl(url: string): DatabaseLocation {
  if (url.startsWith('sqlite:')) {
    const path = /^sqlite:\/\/(?:\/(.*))?$/.exec(url)?.[1] ?? '';
    return { dialect: 'sqlite', path: path === '' ? ':memory:' : path };
  }
  const parsed = MARIADB_URL.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) {
    const scheme = /^([a-z0-9+]+):/i.exec(url)?.[1];
    const what = scheme === undefined ? 'The database URL' : `The database URL's scheme ${scheme}`;
    throw new Error(`${what} is not one of sqlite:////path, mysql://user:password@host/name`);
  }
  if (parsed.pathname.length <= 1) throw new Error("The database URL ends without the database's name");
  const query = parsed.searchParams;
  const socketPath = query.get('unix_socket');
  const tls = { ca: query.get('ssl_ca'), cert: query.get('ssl_cert'), key: query.get('ssl_key') };
  const ssl = Object.fromEntries(Object.entries(tls).filter(([, file]) => file !== null));
  return {
    dialect: 'mariadb',
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost',
    port: parsed.port === '' ? 3306 : Number(parsed.port),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)),
    ...(socketPath === null ? {} : { socketPath }),
    ...(Object.keys(ssl).length === 0 ? {} : { ssl }),
  };
}
