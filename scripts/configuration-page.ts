import {VARIABLES} from '../src/config/environment.ts'
import {CONFIG_FILES} from '../src/config/file.ts'
import {childrenOf, configJsonSchema, type JsonSchema} from '../src/config/json-schema.ts'

/** `docs/configuration.md`, made from the schema so that it cannot fall behind. */
export function configurationPage(): string {
  return `# Configuration

<!-- Made by \`node scripts/schema.ts\` from src/config/schema.ts. Change the schema, not this page. -->

conduct reads \`conduct.config.json\` in the root of the repository:

\`\`\`json
{
  "$schema": "./node_modules/conduct-cli/schema/config.json",
  "agents": {"default": "claude"},
  "limits": {"parallel": 4, "attempts": 3, "agentTimeout": "30m"},
  "worktrees": {"setup": ["npm ci"], "copy": [".env"]}
}
\`\`\`

Nothing in it is required, and neither is the file. Unknown keys are errors, since most are typing mistakes. All problems are
reported together, with exit code 4. \`"$schema"\` lets an editor check and complete the file.

A flag beats an environment variable, which beats the file, which beats the default. The configuration is read when a task starts
and kept with it: later changes count for later tasks.

## Keys

A duration is written \`"30s"\`, \`"10m"\`, \`"1.5h"\`, or as a number of milliseconds.

| key | type | default | what |
| --- | --- | --- | --- |
${rowsOf(configJsonSchema()).map(toRow).join('\n')}

## Environment variables

| variable | key |
| --- | --- |
${Object.entries(VARIABLES)
  .map(([name, {key}]) => `| \`${name}\` | \`${key}\` |`)
  .join('\n')}

\`CONDUCT_STORE\` is \`embedded\` or a \`redis://\` URL. \`CONDUCT_STATE_DIR\` is the folder where conduct keeps logs of tasks,
worktrees and transcripts; without it, \`$XDG_STATE_HOME/conduct\` or \`~/.local/state/conduct\`. An empty variable counts as none.

## Files

The first of these that exists in the root of the repository counts; folders above it are not searched. JavaScript and TypeScript
files export the configuration as their default. \`package.json\` counts when it has a \`conduct\` key. \`.conductrc\` is YAML or JSON.

${CONFIG_FILES.map((name) => `- \`${name}\``).join('\n')}
`
}

interface Row {
  readonly key: string
  readonly types: readonly string[]
  readonly schema: JsonSchema
}

/** One for each key that takes a value, in the order of the schema. Alternatives with the same key share a row. */
function rowsOf(schema: JsonSchema, above = ''): readonly Row[] {
  const rows = childrenOf(schema).flatMap(([name, child]) => {
    const key = name === '[]' ? `${above}[]` : above === '' ? name : `${above}.${name}`
    const below = rowsOf(child, key)
    const isPlain = below.length === 0 || child.type === 'array'
    return [...(isPlain && name !== '[]' && hasDescription(child) ? [{key, types: [typeOf(child)], schema: child}] : []), ...below]
  })
  return rows.reduce<readonly Row[]>(joinSameKey, [])
}

function hasDescription({description}: JsonSchema): boolean {
  return description !== undefined
}

function joinSameKey(rows: readonly Row[], row: Row): readonly Row[] {
  const index = rows.findIndex(({key}) => key === row.key)
  return index === -1 ? [...rows, row] : rows.with(index, {...row, types: [...new Set([...(rows[index]?.types ?? []), ...row.types])]})
}

function toRow({key, types, schema}: Row): string {
  const standard = schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``
  return `| \`${key}\` | ${types.join(' or ')} | ${standard} | ${schema.description} |`
}

function typeOf({title, type, enum: values, const: value, items, anyOf}: JsonSchema): string {
  if (title) return title
  if (value !== undefined) return `\`${JSON.stringify(value)}\``
  if (values) return values.map((option) => `\`${JSON.stringify(option)}\``).join(' or ')
  if (anyOf) return anyOf.map((option) => (typeof option === 'object' ? typeOf(option) : 'anything')).join(' or ')
  if (type === 'array') return typeof items === 'object' && !Array.isArray(items) ? `list of ${typeOf(items)}` : 'list'
  return String(type ?? 'anything')
}
