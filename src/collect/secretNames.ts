import { declarations, normalGroup } from '../config/declared.ts';
import { normalName } from '../config/file.ts';

/** Names that sound secret, for options of others. */
const SOUNDS_SECRET = /passw|passphrase|secret|token|credential|private|psk|(^|_)key$|api_?key|auth_pass/i;

/** Whether an option's value is a secret: as it is declared, or by its name where it is not ours. */
export function isSecret(section: string, name: string): boolean {
  const key = `${normalGroup(section)}/${normalName(name)}`;
  const declared = declarations.present.get(key);
  const meant = declared ? [declared] : (declarations.former.get(key) ?? []);
  if (meant.length === 0) return SOUNDS_SECRET.test(normalName(name));
  return meant.some(({ definition }) => definition.secret === true);
}
