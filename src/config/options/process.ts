import { bool, group, int, list, str } from '../option.ts';

/** The life of a process. */
export const service = group('DEFAULT', {
  run_external_periodic_tasks: bool(true, 'Run periodic tasks meant for separate process'),
  backdoor_port: str(null, 'Eventlet backdoor TCP port or range'),
  backdoor_socket: str(null, 'Eventlet backdoor unix socket path'),
  log_options: bool(true, 'Dump all options at start'),
  graceful_shutdown_timeout: int(60, 'Seconds allowed for graceful stop; 0 waits forever'),
});

export const concurrency = group('oslo_concurrency', {
  disable_process_locking: bool(false, 'Turn off file locks', {
    formerly: ['DEFAULT/disable_process_locking'],
  }),
  lock_path: str(null, 'Directory of lock files', { formerly: ['DEFAULT/lock_path'] }),
});

export const privsep = group('privsep', {
  user: str(null, 'User of daemon'),
  group: str(null, 'Group of daemon'),
  capabilities: list([], 'Linux capabilities kept'),
  thread_pool_size: int(2, 'Daemon threads', { min: 1 }),
  helper_command: str(null, 'Command launching daemon'),
  logger_name: str('oslo_privsep.daemon', 'Logger of daemon'),
});

export const reports = group('oslo_reports', {
  log_dir: str(null, 'Report directory'),
  file_event_handler: str(null, 'File whose change triggers report'),
  file_event_handler_interval: int(1, 'Seconds between file checks'),
});
