import type {Tree} from '../tree.ts'
import {declarationFor, type Declared} from './declared.ts'
import {distributionsOf, mayBring} from './distributions.ts'
import {normalise, PASSING, STANDARD, type PythonFacts} from './interpreter.ts'

/** What there is besides the modules of the tree. */
export interface Packages {
  readonly declared: Declared
  /** Asked when it is needed, which is seldom; `undefined` without a Python. */
  facts(): Promise<PythonFacts | undefined>
}

/** In the standard library of every Python that is in use; the others came or went with a version. */
const LASTING = new Set(STANDARD.filter((name) => !PASSING.has(name)))

/** Come with Python, or with whatever runs the tests, and are declared by few. */
const TOOLS = new Set(['pytest', '_pytest', 'pip', 'setuptools', 'pkg_resources', 'wheel', 'distutils', '_typeshed', 'typing_extensions'])

/** What is wrong with the import of a module that is not in the tree; `undefined` when nothing is, or it cannot be known. */
export async function checkPackage(
  {declared, facts: ask}: Packages,
  tree: Tree,
  module: string,
  importer: string,
): Promise<string | undefined> {
  if (TOOLS.has(module) || LASTING.has(module)) return undefined
  const facts = await ask()
  if ((facts?.standard ?? new Set(STANDARD)).has(module)) return undefined
  const candidates = facts?.distributions.get(module)?.map(normalise) ?? distributionsOf(module)
  const isFound = facts?.found.has(module) === true
  const isDeclared = candidates.some((name) => declared.all.has(name)) || [...declared.all].some((name) => mayBring(module, name))
  const file = declarationFor(importer, declared)
  const name = candidates[0] ?? module
  if (isDeclared) {
    const isMissing = !isFound && facts !== undefined && isSetUp(facts, declared) && candidates.some((one) => declared.always.has(one))
    return isMissing ? `\`${name}\` is declared but not installed for \`${facts.command}\`: install it in \`worktrees.setup\`.` : undefined
  }
  if (isFound && declared.files.length === 0) return undefined
  if (await isMentioned(candidates, module, tree)) return undefined
  const state = isFound ? 'is installed here, but no file declares it' : 'is neither in this repository nor declared nor installed'
  return `\`${module}\` ${state}: add \`${name}\` to \`${file}\`.`
}

/** An interpreter that has none of what is declared is not the one that this project runs with, and proves nothing. */
function isSetUp({isOwn, installed}: PythonFacts, {always, own}: Declared): boolean {
  return isOwn || [...always, ...own].some((name) => installed.has(name))
}

const RECIPES =
  /(?:^|\/)(?:tox\.ini|noxfile\.py|Makefile|Justfile|Dockerfile[\w.-]*|\.pre-commit-config\.yaml|\.ci\/run|\.github\/workflows\/[\w.-]+|\.gitlab-ci\.yml|[\w.-]+\.lock|meta\.ya?ml|conda[\w.-]*\.ya?ml|BUILD(?:\.bazel)?)$/

/** Recipes of builds and containers declare in ways of their own: a word is enough. */
async function isMentioned(distributions: readonly string[], module: string, tree: Tree): Promise<boolean> {
  const texts = await Promise.all(tree.files.filter((file) => RECIPES.test(file)).map((file) => tree.readText(file)))
  const words = new Set(texts.flatMap((text) => (text ?? '').match(/[A-Za-z0-9][\w.-]*/g) ?? []).map(normalise))
  return [...distributions, normalise(module)].some((name) => words.has(name))
}
