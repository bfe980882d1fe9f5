import type {Permissions} from 'conduct-cli/plugin'

/**
 * Codex has one tool for all, a shell, so it is codex's own sandbox that keeps its commands from writing elsewhere or
 * reaching the network. A command that it refuses is told to the model, and to nobody else. In it `git commit` fails in a
 * worktree, whose index lies in the main repository: conduct commits what is left.
 */
export function sandboxSettings(permissions: Permissions): Readonly<Record<string, unknown>> {
  switch (permissions) {
    case 'full':
      return {sandbox_mode: 'danger-full-access'}
    case 'edit':
      // Else it could write in all of /tmp, where worktrees of others may lie.
      return {
        sandbox_mode: 'workspace-write',
        sandbox_workspace_write: {network_access: false, exclude_slash_tmp: true, exclude_tmpdir_env_var: true, writable_roots: []},
      }
    case 'read':
      return {sandbox_mode: 'read-only'}
  }
}
