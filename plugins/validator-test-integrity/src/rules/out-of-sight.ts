import type {Finding} from 'conduct-cli/plugin'
import type {Comparison} from '../comparison.ts'
import type {Matching} from '../match-tests.ts'
import {settingsOf} from '../settings.ts'
import {matchesPattern} from '../test-files.ts'

/** Tests that moved out of the folders in which the settings let pytest look; their names alone do not bring it there. */
export async function findOutOfSight(comparison: Comparison, {pairs}: Matching): Promise<readonly Finding[]> {
  const moves = new Map(
    pairs.filter(({base, head}) => base.file !== head.file && head.file.endsWith('.py')).map((pair) => [pair.head.file, pair.base.file]),
  )
  if (moves.size === 0) return []
  const folders = await readTestPaths(comparison)
  const isSeen = (file: string) => [...folders, ...comparison.patterns].some((folder) => matchesPattern(file, folder))
  return [...moves]
    .filter(([to, from]) => folders.some((folder) => matchesPattern(from, folder)) && !isSeen(to))
    .map(([file]) => ({
      message: `Tests were moved to ${file}, where pytest does not look: \`testpaths\` is ${folders.join(' ')}. Move them back.`,
      file,
      line: 1,
    }))
}

/** In the order in which pytest looks for its settings. */
const FILES = ['pytest.ini', '.pytest.ini', 'pyproject.toml', 'tox.ini', 'setup.cfg']

async function readTestPaths({files, readText}: Comparison): Promise<readonly string[]> {
  for (const file of FILES.filter((each) => files.includes(each))) {
    const found = settingsOf(file, (await readText(file)) ?? '').find(({key}) => /(?:^|\.)testpaths$/.test(key))
    if (found) return found.items
  }
  return []
}
