import type { Entry, ParsedFile } from '../../../config/file.ts';
import { keyOf } from '../../../config/given.ts';
import { metadataAgent } from '../../../config/options/index.ts';
import {
  metadataSecretDiffers,
  novaMetadataProxyOff,
  servicePasswordDiffers,
} from '../../../health/catalogue/contradictions.ts';
import { metadataSecretMissing } from '../../../health/catalogue/settings.ts';
import { failing } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { checkOfFiles, type HostFiles } from './hostFiles.ts';

const SECRET = 'metadata_proxy_shared_secret';

/** A secret where it stands. */
interface Stated {
  readonly who: string;
  readonly place: string;
  readonly file: string;
  readonly secret: string;
}

const lastOf = (entries: readonly Entry[], section: string, ...names: string[]): Entry | undefined =>
  entries.findLast((entry) => entry.section === section && names.includes(entry.name));

/** The users and passwords that a file holds, by section. */
function passwordsIn({ entries, sections }: ParsedFile): Stated[] {
  return [...sections.keys()].flatMap((section) => {
    const user = lastOf(entries, section, 'username', 'user_name', 'admin_user');
    const password = lastOf(entries, section, 'password', 'admin_password');
    return user && password
      ? [
          {
            who: user.value,
            place: `${password.file}:${password.line} [${section}]`,
            file: password.file,
            secret: password.value,
          },
        ]
      : [];
  });
}

/** Each statement that differs from the first one about the same. */
function differing(statements: readonly Stated[]): { first: Stated; other: Stated }[] {
  const firsts = new Map<string, Stated>();
  return statements.flatMap((other) => {
    const first = firsts.get(other.who);
    if (first === undefined) firsts.set(other.who, other);
    return first === undefined || first.secret === other.secret ? [] : [{ first, other }];
  });
}

/** Every place where the secret of the metadata agent stands. */
const metadataSecrets = ({ files, nova }: HostFiles): Stated[] => {
  const ours = files
    .flatMap(({ parsed }) => parsed?.entries ?? [])
    .filter((entry) => keyOf(entry) === `DEFAULT/${SECRET}`);
  const theirs = (nova?.parsed?.entries ?? []).filter(
    ({ section, name }) => section === 'neutron' && name === SECRET,
  );
  return [...ours, ...theirs].map(({ file, line, value }) => ({
    who: SECRET,
    place: `${file}:${line}`,
    file,
    secret: value,
  }));
};

/** Whether what must be the same in several files is. */
export const secrets = checkOfFiles('configuration: secrets agree', async (host, context) => {
  const { files, nova, programs } = host;
  const metadata = programs.find(({ program }) => program === 'neutron-metadata-agent');
  const where = (...places: string[]) => ({ host: context.host, evidence: places });
  const signed = metadataSecrets(host);
  const passwords = [...files, ...(nova ? [nova] : [])].flatMap(({ parsed }) =>
    parsed ? passwordsIn(parsed) : [],
  );
  const novaEntries = nova?.parsed?.entries ?? [];
  const proxied = /^(true|1|yes|on)$/i.test(
    lastOf(novaEntries, 'neutron', 'service_metadata_proxy')?.value ?? '',
  );
  const answersMetadata = lastOf(novaEntries, 'neutron', SECRET) !== undefined;
  const findings: Finding[] = [
    ...differing(signed).map(({ first, other }) =>
      metadataSecretDiffers.found({ one: first.file, other: other.file }, where(first.place, other.place)),
    ),
    ...(metadata?.config.group(metadataAgent).metadata_proxy_shared_secret === ''
      ? [metadataSecretMissing.found({}, where())]
      : []),
    ...(metadata && nova && answersMetadata && !proxied
      ? [novaMetadataProxyOff.found({ path: nova.path }, where(nova.path))]
      : []),
    ...differing(passwords).map(({ first, other }) =>
      servicePasswordDiffers.found(
        { user: first.who, one: first.place, other: other.place },
        where(first.place, other.place),
      ),
    ),
  ];
  return failing(
    findings,
    `${signed.length} places hold the secret for metadata, ${passwords.length} a password; none differ`,
  );
});
