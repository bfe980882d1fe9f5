import {posix} from 'node:path'
import {childNamed, childrenOf, parseSource, unquote, type SourceTree, type SyntaxNode} from '@conduct-cli/source'

/** Files that mean something by being there. */
const EMPTY_BY_NATURE = /(?:^|\/)(?:__init__\.py|py\.typed|doc\.go|package-info\.java|\.gitkeep|\.keep|\.nojekyll)$/

/**
 * Nothing but white space, comments, and what says nothing by itself: imports of packages, `pass`, `export {}`, an empty
 * class, `package a`, a document that says TODO. `text` is `undefined` for a file that is no text, or too large to be a stub.
 *
 * @param files the tree: a file that passes on what another one has is none when that file is there
 */
export function isStub(file: string, text: string | undefined, files: readonly string[] = []): boolean {
  if (text === undefined || EMPTY_BY_NATURE.test(file)) return false
  if (text.trim() === '') return true
  const tree = parseSource(file, text)
  if (tree === undefined) return isPromise(text)
  return tree.tree ? childrenOf(tree.tree.topNode).every((node) => isIdle(node, tree, files)) : isIdleText(tree)
}

/** Below its headings a document has one word: later. */
function isPromise(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line))
  return (
    lines.length > 0 && lines.every((line) => /^\W*(?:TODO|TBD|FIXME|placeholder|coming soon|to be (?:done|written))\b\W*$/i.test(line))
  )
}

function isIdleText(tree: SourceTree): boolean {
  let from = 0
  const parts = tree.comments.map((comment) => {
    const before = tree.text.slice(from, comment.from)
    from = comment.to
    return before
  })
  const statements = [...parts, tree.text.slice(from)].join('\n').split(/[;\n]/)
  return statements.every(
    (statement) => statement.trim() === '' || IDLE_LINES.find(([files]) => files.test(tree.file))?.[1].test(statement),
  )
}

const IDLE_LINES: readonly (readonly [RegExp, RegExp])[] = [
  [/\.(?:sh|bash|zsh)$/, /^\s*(?:set [-+]\w+.*|exit(?: 0)?|true|:)\s*$/],
  [/\.proto$/, /^\s*(?:syntax|package|option|import)\b/],
]

function isIdle(node: SyntaxNode, tree: SourceTree, files: readonly string[]): boolean {
  if (/Comment$|^(?:;|PassStatement|Hashbang|Shebang|PackageClause|PackageDeclaration|InnerAttribute)$/.test(node.name)) return true
  if (/^(?:ImportDeclaration|ImportStatement|ImportDecl|UseDeclaration)$/.test(node.name)) return !isPassedOn(node, tree, files)
  if (node.name === 'ExportDeclaration') return isIdleExport(node, tree, files)
  if (node.name === 'ClassDeclaration' || node.name === 'ClassDefinition') return isEmptyClass(node)
  // A list of names to export defines none of them.
  if (node.name === 'AssignStatement') return /^__all__\s*(?::[^=]*)?=/.test(tree.textOf(node))
  return node.name === 'ExpressionStatement' ? isIdleExpression(node, tree) : isOpeningTag(node, tree)
}

/** `"use strict"`, a docstring, `...`, `module.exports = {}`. */
function isIdleExpression(node: SyntaxNode, tree: SourceTree): boolean {
  return (
    /^(?:["'`][\s\S]*["'`]|[rRuU]?"""[\s\S]*"""|\.\.\.|module\.exports\s*=\s*\{\s*\})\s*;?$/.test(tree.textOf(node)) &&
    node.firstChild?.name !== 'BinaryExpression'
  )
}

function isOpeningTag(node: SyntaxNode, tree: SourceTree): boolean {
  return node.name === 'TextInterpolation' && /^\s*<\?php\s*$/.test(tree.textOf(node))
}

/** `export {}`, `export default {}`, `export class A {}`, and what is passed on from a file that is not there. */
function isIdleExport(node: SyntaxNode, tree: SourceTree, files: readonly string[]): boolean {
  if (childNamed(node, 'from')) return !isPassedOn(node, tree, files)
  const inner = childNamed(node, 'ClassDeclaration')
  if (inner) return isEmptyClass(inner)
  return /^export\s*(?:default\s*)?\{\s*\}\s*;?$/.test(tree.textOf(node))
}

/** One that extends nothing: `class MyError(Exception): pass` says all it has to say. */
function isEmptyClass(node: SyntaxNode): boolean {
  const body = childNamed(node, 'ClassBody', 'Body')
  const isBare = !childNamed(node, 'extends', 'implements', 'ArgList', 'Superclass', 'SuperInterfaces', 'Decorator')
  return (
    isBare &&
    body !== undefined &&
    childrenOf(body).every(
      ({name, firstChild}) =>
        /^[{}:]$|Comment$|^PassStatement$/.test(name) ||
        (name === 'ExpressionStatement' && /^(?:String|Ellipsis)$/.test(firstChild?.name ?? '')),
    )
  )
}

/** An import for its effect, or from a file of the project that is there. */
function isPassedOn(node: SyntaxNode, tree: SourceTree, files: readonly string[]): boolean {
  const inside = tree.imports.filter(({from, to}) => from >= node.from && to <= node.to)
  if (tree.language === 'rust') return childNamed(node, 'Vis') !== undefined
  if (tree.language === 'go') return /\b_\s+"/.test(tree.textOf(node))
  return inside.some(({specifier, kind, level, names}) => {
    if (level > 0)
      return (
        names.some((name) => isThere(pythonPath(tree.file, specifier, level, name), files)) ||
        isThere(pythonPath(tree.file, specifier, level), files)
      )
    if (/^\.{1,2}(?:\/|$)/.test(specifier)) return isThere(posix.join(posix.dirname(tree.file), unquote(specifier)), files)
    return kind === 'reexport' || (names.length === 0 && tree.language !== 'python' && tree.language !== 'java')
  })
}

function pythonPath(file: string, specifier: string, level: number, name?: string): string {
  const up = Array.from({length: level - 1}, () => '..')
  const path = specifier.slice(level).split('.').filter(Boolean)
  return posix.join(posix.dirname(file), ...up, ...path, ...(name === undefined ? [] : [name]))
}

/** With any ending, or as a folder. */
function isThere(path: string, files: readonly string[]): boolean {
  const plain = path.replace(/\.[cm]?[jt]sx?$/, '')
  return files.some((file) => file === path || file.startsWith(`${plain}.`) || file.startsWith(`${plain}/`))
}
