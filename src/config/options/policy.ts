import { bool, group, multi, str } from '../option.ts';

/** Who may do what. */
export const policy = group('oslo_policy', {
  enforce_scope: bool(false, 'Enforce token scope'),
  enforce_new_defaults: bool(false, 'Drop deprecated policy fallbacks'),
  policy_file: str('policy.yaml', 'Policy override file', { formerly: ['DEFAULT/policy_file'] }),
  policy_default_rule: str('default', 'Fallback rule name', { formerly: ['DEFAULT/policy_default_rule'] }),
  policy_dirs: multi(['policy.d'], 'Directories of policy files', { formerly: ['DEFAULT/policy_dirs'] }),
  remote_content_type: str('application/x-www-form-urlencoded', 'Content type for remote checks', {
    choices: ['application/x-www-form-urlencoded', 'application/json'],
  }),
  remote_ssl_verify_server_crt: bool(false, 'Verify remote check server'),
  remote_ssl_ca_crt_file: str(null, 'CA for remote checks'),
  remote_ssl_client_crt_file: str(null, 'Client certificate for remote checks'),
  remote_ssl_client_key_file: str(null, 'Client key for remote checks'),
});
