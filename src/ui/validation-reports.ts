import {accessSync, constants, mkdirSync, statSync, writeFileSync} from 'node:fs'
import {dirname, resolve} from 'node:path'
import {ConductError} from '../errors.ts'
import {renderJunit} from '../validators/report-junit.ts'
import {renderSarif, type ReportSource} from '../validators/report-sarif.ts'

/** Where each report goes: a file, or `-` for stdout. */
export interface ReportTargets {
  readonly sarif?: string | undefined
  readonly junit?: string | undefined
}

export interface ValidationReports {
  /** Does stdout belong to a report? */
  readonly takesStdout: boolean
  /** Absolute paths of the files that are written. */
  readonly files: readonly string[]
  write(source: ReportSource): void
}

const RENDERERS = {sarif: renderSarif, junit: renderJunit} as const
const STDOUT = '-'

/**
 * Sees to it that the reports can be written, before minutes of tests are spent on them.
 *
 * @param options.json does the command print JSON on stdout?
 * @throws {ConductError} `USAGE` when two things want stdout, or a file cannot be written
 */
export function openReports(
  targets: ReportTargets,
  {version, cwd, json}: {readonly version: string; readonly cwd: string; readonly json: boolean},
): ValidationReports {
  const wanted = (['sarif', 'junit'] as const).flatMap((kind) => (targets[kind] === undefined ? [] : [{kind, target: targets[kind]}]))
  const printed = [...(json ? ['--json'] : []), ...wanted.filter(({target}) => target === STDOUT).map(({kind}) => `--${kind}`)]
  if (printed.length > 1) throw twoOnStdout(printed)
  const files = wanted
    .filter(({target}) => target !== STDOUT)
    .map(({kind, target}) => ({kind, path: checkFile(`--${kind}`, resolve(cwd, target))}))
  const toStdout = wanted.find(({target}) => target === STDOUT)
  return {
    takesStdout: toStdout !== undefined,
    files: files.map(({path}) => path),
    write(source) {
      for (const {kind, path} of files) writeFileSync(path, RENDERERS[kind](source, {version}))
      if (toStdout) process.stdout.write(RENDERERS[toStdout.kind](source, {version}))
    },
  }
}

function checkFile(flag: string, path: string): string {
  try {
    mkdirSync(dirname(path), {recursive: true})
    const isThere = statSync(path, {throwIfNoEntry: false})
    if (isThere?.isDirectory()) throw new Error('it is a folder')
    accessSync(isThere ? path : dirname(path), constants.W_OK)
    return path
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConductError(
      'USAGE',
      `Cannot write ${flag} to ${path}: ${reason}`,
      ['Name a file in a folder that you can write, or - for stdout.'],
      cause,
    )
  }
}

const twoOnStdout = (flags: readonly string[]) =>
  new ConductError('USAGE', `${flags.join(' and ')} cannot share stdout.`, [`Give one of them a file: ${flags.at(-1)} report`])
