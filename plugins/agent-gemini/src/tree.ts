import {lstat} from 'node:fs/promises'
import path from 'node:path'

/** Where gemini looks in a tree that it trusts: settings with hooks and servers, variables, agents, skills. */
const PLACES = ['.gemini', '.agents']

/**
 * Does the tree say anything to gemini, but what to read? Agents write trees, so one with less than full permissions must not
 * obey it.
 */
export async function carriesSettings(cwd: string): Promise<boolean> {
  const found = await Promise.all(PLACES.map((name) => lstat(path.join(cwd, name)).catch(() => undefined)))
  return found.some((entry) => entry !== undefined)
}
