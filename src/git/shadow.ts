import {appendFile, copyFile, mkdir, readFile, rename, rm} from 'node:fs/promises'
import {devNull} from 'node:os'
import {join} from 'node:path'
import {formatConfig, parseConfigList, type ConfigEntry} from './config-text.ts'
import {withLock} from '../lock.ts'

export interface ShadowOptions {
  readonly shadowDir: string
  readonly commonDir: string
  /** Output of `git config --list -z`: the person's configuration now. */
  readonly config: string
  /** Makes an empty bare repository. */
  init(dir: string): Promise<unknown>
}

/** Is there a whole shadow repository? */
export async function hasShadow(shadowDir: string): Promise<boolean> {
  const config = await readFile(join(shadowDir, 'config'), 'utf8').catch(() => '')
  const head = await readFile(join(shadowDir, 'HEAD'), 'utf8').catch(() => '')
  return head !== '' && config.endsWith(END)
}

/** Makes the shadow repository, in one rename: whoever dies before it leaves nothing that looks like one. */
export async function createShadow(options: ShadowOptions): Promise<void> {
  const {shadowDir} = options
  await withLock(`${shadowDir}.lock`, async () => {
    if (await hasShadow(shadowDir)) return
    const draft = `${shadowDir}.${crypto.randomUUID().slice(0, 8)}`
    await fillShadow(draft, options)
    // What is there without being whole is what a full disk or a power cut left.
    await rm(shadowDir, {recursive: true, force: true})
    await rename(draft, shadowDir)
  })
}

async function fillShadow(draft: string, {commonDir, config, init}: ShadowOptions): Promise<void> {
  await init(draft)
  await mkdir(join(draft, 'info'), {recursive: true})
  await Promise.all(COPIED.map((file) => copyFile(join(commonDir, file), join(draft, file)).catch(ignoreMissing)))
  await appendFile(join(draft, 'config'), formatConfig(shadowConfig(parseConfigList(config), commonDir)) + END)
}

/** What the shadow is configured with: the person's harmless and needed settings, then ours, which win. */
export function shadowConfig(entries: readonly ConfigEntry[], commonDir: string): readonly ConfigEntry[] {
  const frozen = entries.filter(({key}) => FROZEN.test(key))
  return [...FALLBACKS, {key: 'lfs.storage', value: join(commonDir, 'lfs')}, ...frozen, ...OURS]
}

function ignoreMissing(error: NodeJS.ErrnoException) {
  if (error.code !== 'ENOENT') throw error
}

/** Last line of the configuration: tells a whole one from one that a full disk cut off. */
const END = '# made by conduct: agents have no say here\n'

/** `shallow` too: without it the history of a shallow clone has holes. */
const COPIED = ['info/exclude', 'info/attributes', 'shallow']

const FALLBACKS: readonly ConfigEntry[] = [
  {key: 'user.name', value: 'conduct'},
  {key: 'user.email', value: 'conduct@localhost'},
]

const FROZEN =
  /^(core\.(autocrlf|eol|safecrlf|filemode|symlinks|ignorecase|precomposeunicode|excludesfile|attributesfile|sharedrepository|longpaths|protecthfs|protectntfs)|user\.(name|email)|(filter|lfs)\..+)$/

const OURS: readonly ConfigEntry[] = [
  {key: 'core.hooksPath', value: devNull},
  {key: 'core.fsmonitor', value: 'false'},
  {key: 'core.untrackedCache', value: 'false'},
  {key: 'core.fsync', value: 'committed'},
  // A commit graph lies beside the objects, where an agent could write another history into it.
  {key: 'core.commitGraph', value: 'false'},
  {key: 'gc.auto', value: '0'},
  {key: 'maintenance.auto', value: 'false'},
  {key: 'commit.gpgSign', value: 'false'},
  {key: 'diff.ignoreSubmodules', value: 'all'},
  {key: 'submodule.recurse', value: 'false'},
  {key: 'advice.addEmbeddedRepo', value: 'false'},
]
