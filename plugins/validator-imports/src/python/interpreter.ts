import type {ValidatorInput} from 'conduct-cli/plugin'
import type {Tree} from '../tree.ts'

/** What the project's interpreter knows. */
export interface PythonFacts {
  readonly command: string
  /** It is in the checkout: somebody made it for this project. */
  readonly isOwn: boolean
  readonly standard: ReadonlySet<string>
  /** Modules that can be found, of those that were asked for, outside of the project. */
  readonly found: ReadonlySet<string>
  /** Distributions that bring a module. */
  readonly distributions: ReadonlyMap<string, readonly string[]>
  /** Names of all installed distributions, normalised. */
  readonly installed: ReadonlySet<string>
}

/**
 * Asks the interpreter in one go. It looks modules up, and imports none: not those of the project, nor any other. `undefined`
 * when there is no Python 3.
 */
export async function askPython(names: readonly string[], tree: Tree, {exec}: ValidatorInput): Promise<PythonFacts | undefined> {
  for (const command of await interpreters(tree)) {
    const {exitCode, stdout} = await exec([command, '-c', SCRIPT, JSON.stringify(names)], {env: {PYTHONDONTWRITEBYTECODE: '1'}})
    if (exitCode === 0) return {...parseFacts(stdout), command, isOwn: command.includes('/')}
  }
  return undefined
}

/** One that is committed was written by whoever wrote the work, and is not asked. */
async function interpreters(tree: Tree): Promise<readonly string[]> {
  const own: string[] = []
  for (const folder of ['.venv', 'venv', 'env']) {
    for (const path of [`${folder}/bin/python`, `${folder}/Scripts/python.exe`]) {
      if (!tree.isFolder(folder) && (await tree.isOnDisk(path))) own.push(`./${path}`)
    }
  }
  return [...own, 'python3', 'python']
}

interface Answer {
  readonly standard: readonly string[]
  readonly found: readonly string[]
  readonly distributions: Readonly<Record<string, readonly string[]>>
  readonly installed: readonly string[]
}

/** The last line, since a `.pth` file may print. */
function parseFacts(stdout: string): Omit<PythonFacts, 'command' | 'isOwn'> {
  const {standard, found, distributions, installed}: Answer = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  return {
    standard: new Set(standard.length > 0 ? standard : STANDARD),
    found: new Set(found),
    distributions: new Map(Object.entries(distributions)),
    installed: new Set(installed.map(normalise)),
  }
}

/** `Zope.Interface_x` and `zope-interface-x` are one distribution. */
export function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-')
}

// The folder that it runs in is taken off the path first, so that no module of the project is taken for another.
const SCRIPT = `
import sys
sys.path[:] = [p for p in sys.path if p not in ('', '.')]
import json, os
here = os.path.realpath(os.getcwd())
sys.path[:] = [p for p in sys.path if os.path.realpath(p) != here]
import importlib.util
try:
    from importlib import metadata
except ImportError:
    metadata = None
def is_foreign(spec):
    places = [spec.origin] if spec.origin and os.path.isabs(spec.origin) else list(spec.submodule_search_locations or [])
    if not places:
        return True
    real = [os.path.realpath(p) for p in places]
    return not all(p.startswith(here + os.sep) and 'site-packages' not in p for p in real)
def is_found(name):
    try:
        spec = importlib.util.find_spec(name)
        return spec is not None and is_foreign(spec)
    except Exception:
        return False
names = json.loads(sys.argv[1])
brings = getattr(metadata, 'packages_distributions', dict)()
everything = [d.metadata['Name'] for d in metadata.distributions()] if metadata else []
print()
print(json.dumps({
    'standard': sorted(set(getattr(sys, 'stdlib_module_names', ())) | set(sys.builtin_module_names)) if hasattr(sys, 'stdlib_module_names') else [],
    'found': sorted(n for n in names if is_found(n)),
    'distributions': {n: sorted(set(brings[n])) for n in names if n in brings},
    'installed': sorted(set(n for n in everything if n)),
}))
`

/** For interpreters that cannot tell, and where there is none. */
export const STANDARD: readonly string[] =
  `__future__ __main__ _thread abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii
bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression concurrent
configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils
doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath
getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io
ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder
msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb
pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc
pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex
shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics
string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this
threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata
unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport
zlib zoneinfo`.split(/\s+/)

/** Those among them that some versions do not have. */
export const PASSING: ReadonlySet<string> = new Set(
  `aifc asynchat asyncore audioop cgi cgitb chunk compression crypt distutils graphlib imghdr imp lib2to3 mailcap msilib nis nntplib
ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib tomllib uu xdrlib zoneinfo`.split(/\s+/),
)
