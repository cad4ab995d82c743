const WORTH_A_LOOK = /:\/\/[^\s/]*@|pass|secret|token|credential/i;
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/]*(@)/gi;
const NEXT_SERVER = /(,[^\s/:@,]+:)[^\s/@,]+(@)/g;
const ASSIGNMENT =
  /((?:password|passwd|secret|secret_key|admin_pass|adminpass|auth_token|x-auth-token|token_id|sslkey)["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s,;&}\])]+)/gi;

/** Text for a log: passwords in URLs and the values of names that sound secret become ***. */
export function maskSecrets(text: string): string {
  if (!WORTH_A_LOOK.test(text)) return text;
  return text.replace(URL_PASSWORD, '$1***$2').replace(NEXT_SERVER, '$1***$2').replace(ASSIGNMENT, '$1***');
}
