/**
 * What npm is told whenever it works on plugins. No script of a package runs on this machine; the version that was
 * installed stays until somebody asks for another; a folder is copied, so that what changes there later (a worktree of
 * an agent, say) is not what runs.
 */
export const NPM_SETTINGS = {
  npm_config_ignore_scripts: 'true',
  npm_config_save_exact: 'true',
  npm_config_install_links: 'true',
  npm_config_update_notifier: 'false',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  // Ten seconds by default, and then more: a person waits.
  npm_config_fetch_retry_mintimeout: '1000',
} as const
