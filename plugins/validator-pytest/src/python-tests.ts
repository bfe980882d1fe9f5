import {posix} from 'node:path'
import type {ValidatorInput} from 'conduct-cli/plugin'

/** A file that pytest collects without being told. */
export const TEST_FILE = /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/

const CONFIG_FILE = /(?:^|\/)(?:pytest\.ini|\.pytest\.ini|pytest\.toml|\.pytest\.toml|pyproject\.toml|setup\.cfg|tox\.ini)$/
const CONFIG_SECTION = /^\[(?:tool\.pytest\b.*|tool:pytest|pytest)\]/m
const REQUIREMENTS = /(?:^|\/)(?:[^/]*requirements[^/]*\.(?:txt|in)|pyproject\.toml|setup\.(?:cfg|py)|tox\.ini|noxfile\.py|Pipfile)$/

type Tree = Pick<ValidatorInput, 'files' | 'readText'>

/** Folders with a pytest configuration, `.` for the root. */
export async function configuredFolders({files, readText}: Tree): Promise<readonly string[]> {
  const candidates = files.filter((file) => CONFIG_FILE.test(file))
  const hits = await Promise.all(candidates.map(async (file) => isConfiguration(file, (await readText(file)) ?? '')))
  return [...new Set(candidates.filter((_, index) => hits[index]).map((file) => posix.dirname(file)))].sort()
}

function isConfiguration(file: string, text: string): boolean {
  return /pytest\.(?:ini|toml)$/.test(file) || CONFIG_SECTION.test(text)
}

/** Does anything in the project ask for pytest, or are its tests plain ones of `unittest`? */
export async function usesPytest(input: Tree): Promise<boolean> {
  const {files, readText} = input
  if (files.some((file) => posix.basename(file) === 'conftest.py') || (await configuredFolders(input)).length > 0) return true
  const texts = await Promise.all(files.filter((file) => REQUIREMENTS.test(file)).map(readText))
  if (texts.some((text) => text !== undefined && /\bpytest\b/.test(text))) return true
  const tests = await Promise.all(files.filter((file) => TEST_FILE.test(file)).map(readText))
  return tests.some((text) => text !== undefined && !/^\s*(?:import unittest\b|from unittest\b|from django\.test\b)/m.test(text))
}
