/** What neutron-db-manage and the server do in the database. */
const NEEDED = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'DROP', 'INDEX', 'REFERENCES'];

/** `GRANT ALL PRIVILEGES ON `neutron`.* TO …`; rights of single columns and tables are not looked at. */
const GRANT = /^GRANT (.+?) ON (?:`((?:[^`]|``)*)`|(\*))\.\* TO /i;
const ROLE = /^GRANT (?!.* ON )\S+ TO /i;

/** Whether the name of a grant, a pattern with % and _, is that of a database. */
const covers = (pattern: string, database: string): boolean =>
  new RegExp(
    `^${pattern.replace(
      /\\([%_])|[.*+?^${}()|[\]\\%_]/g,
      (sign, escaped: string | undefined) =>
        escaped ?? (sign === '%' ? '.*' : sign === '_' ? '.' : `\\${sign}`),
    )}$`,
    'i',
  ).test(database);

/** The rights in a database that these lines of `show grants` lack. A role may hold any: then none is said to lack. */
export function missingPrivileges(grants: readonly string[], database: string): string[] {
  if (grants.some((line) => ROLE.test(line))) return [];
  const held = grants.flatMap((line) => {
    const [, rights = '', pattern, everywhere] = GRANT.exec(line) ?? [];
    const counts = everywhere !== undefined || (pattern !== undefined && covers(pattern, database));
    return counts ? rights.toUpperCase().split(/,\s*/) : [];
  });
  return held.some((right) => /^ALL( PRIVILEGES)?$/.test(right))
    ? []
    : NEEDED.filter((right) => !held.includes(right));
}
