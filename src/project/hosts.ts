import {ROLES, type Role} from '../agents/agent.ts'
import {renderBrief} from '../agents/brief.ts'
import {roleBrief} from '../agents/role-brief.ts'
import {jsonFile, sealedMarkdown, sealedToml, tomlFile, type OwnFile, type SharedFile} from './host-file.ts'
import {tomlText} from './toml-edit.ts'

/** Coding agents that `conduct init` can make an orchestrator of. */
export const HOSTS = ['claude', 'codex', 'gemini', 'opencode'] as const
export type Host = (typeof HOSTS)[number]

/** What `conduct init` writes for one of them. */
export interface HostFiles {
  /** Where the agent's MCP servers are listed. */
  readonly shared: SharedFile
  /** The command, and an agent for each role. */
  readonly own: readonly OwnFile[]
}

/** Validating a phase takes as long as its tests; what agents wait by default is a minute, or five seconds. */
const HOUR_S = 3600
const HOUR_MS = HOUR_S * 1000

const SERVER = {command: 'conduct', args: ['mcp']} as const
const OPENCODE_SERVER = {type: 'local', command: ['conduct', 'mcp'], enabled: true, timeout: HOUR_MS} as const
const ABOUT = 'Build a SPEC.md phase by phase with sub-agents, verified by conduct.'

const ROLE_DESCRIPTIONS: Readonly<Record<Role, string>> = {
  'implementation-executor': 'Implements one module of a phase in its worktree. Launch one for each module of the phase, all at once.',
  'fix-executor': 'Mends what a validation of a phase found, by its cause. Launch it with the findings as they are.',
  'synthesis-architect': 'Brings the two sides of a merge with conflicts together, so that neither is lost.',
  'code-reviewer': 'Judges success criteria that no tool could settle, with evidence. Changes no file.',
  'security-auditor': 'Looks for security faults in new work and points to each one. Changes no file.',
}

const isReader = (role: Role) => role === 'code-reviewer' || role === 'security-auditor'

/** The files of each, as this version of conduct writes them. */
export const HOST_FILES: Readonly<Record<Host, () => HostFiles>> = {
  claude: () => ({
    shared: jsonFile('.mcp.json', 'mcpServers', {...SERVER, timeout: HOUR_MS}),
    own: [
      sealedMarkdown('.claude/commands/conduct.md', renderBrief('$ARGUMENTS'), {
        description: ABOUT,
        'argument-hint': '[what to build | task id]',
        // It starts work that costs money: a person asks for it, not the model.
        'disable-model-invocation': true,
      }),
      ...ROLES.map((role) =>
        sealedMarkdown(`.claude/agents/${role}.md`, roleBrief(role), {
          name: role,
          description: ROLE_DESCRIPTIONS[role],
          tools: isReader(role) ? 'Read, Glob, Grep, Bash' : 'Read, Glob, Grep, Bash, Edit, Write',
        }),
      ),
    ],
  }),
  codex: () => ({
    shared: tomlFile('.codex/config.toml', 'mcp_servers', {...SERVER, tool_timeout_sec: HOUR_S}),
    own: [
      sealedMarkdown('.agents/skills/conduct/SKILL.md', renderBrief('What the user wrote when asking for this skill.'), {
        name: 'conduct',
        description: `${ABOUT} Use it only when the user asks for it by name.`,
      }),
      ...ROLES.map((role) =>
        sealedToml(`.codex/agents/${role}.toml`, {
          name: JSON.stringify(role),
          description: JSON.stringify(ROLE_DESCRIPTIONS[role]),
          developer_instructions: tomlText(roleBrief(role)),
        }),
      ),
    ],
  }),
  gemini: () => ({
    shared: jsonFile('.gemini/settings.json', 'mcpServers', {...SERVER, timeout: HOUR_MS}),
    // The server's own prompt is /conduct there, and a command file of the same name would push both aside.
    own: ROLES.map((role) =>
      sealedMarkdown(`.gemini/agents/${role}.md`, roleBrief(role), {
        name: role,
        description: ROLE_DESCRIPTIONS[role],
        kind: 'local',
        max_turns: 200,
        timeout_mins: 60,
      }),
    ),
  }),
  opencode: () => ({
    shared: {
      ...jsonFile('opencode.json', 'mcp', OPENCODE_SERVER, {$schema: 'https://opencode.ai/config.json'}),
      otherPath: 'opencode.jsonc',
    },
    own: [
      sealedMarkdown('.opencode/commands/conduct.md', renderBrief('$ARGUMENTS'), {description: ABOUT}),
      ...ROLES.map((role) =>
        sealedMarkdown(`.opencode/agents/${role}.md`, roleBrief(role), {description: ROLE_DESCRIPTIONS[role], mode: 'subagent'}),
      ),
    ],
  }),
}
