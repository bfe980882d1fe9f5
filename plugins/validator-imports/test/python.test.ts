import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {mkdir, readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {createCheckout, ENV} from '../../../test/validators/support.ts'
import {needs} from '../../../test/validators/tools.ts'
import {validatorContract} from '../../../test/validators/validator-contract.ts'
import {importsValidator} from '../src/imports-validator.ts'
import {check, checkCheckout, type Files} from './support.ts'

const needsPython = function (this: Mocha.Context) {
  needs(this, 'python3', '--version')
}

validatorContract({
  validator: importsValidator,
  nothing: {'README.md': 'import nothing\n'},
  good: {'app/__init__.py': '', 'app/db.py': 'def connect(): return 1\n', 'main.py': 'import os\nfrom app.db import connect\n'},
  bad: {'main.py': 'import os\nfrom app.db import connect\n', 'app/__init__.py': ''},
  before: needsPython,
})

const PACKAGE = {'app/__init__.py': '', 'app/db.py': 'URL = "x"\n\ndef connect():\n    return URL\n\nclass Pool:\n    size = 1\n'}

describe('imports of Python', () => {
  before(needsPython)

  const lies: readonly (readonly [rule: string, files: Files, expected: string, base?: Files])[] = [
    [
      'a module that is not there',
      {...PACKAGE, 'a.py': 'import os\nimport app.cache\n'},
      'a.py:2 `app.cache` cannot be imported: there is no `app/cache.py`.',
    ],
    [
      'a submodule as a name',
      {...PACKAGE, 'a.py': 'from app import cache\n'},
      'a.py:1 `cache` is not defined in `app/__init__.py`, from which it is imported.',
    ],
    [
      'a name that the module has not',
      {...PACKAGE, 'a.py': 'from app.db import (\n  connect,\n  connect_all)\n'},
      'a.py:1 `connect_all` is not defined in `app/db.py`, from which it is imported.',
    ],
    [
      'a name of a class inside',
      {...PACKAGE, 'a.py': 'from app.db import size\n'},
      'a.py:1 `size` is not defined in `app/db.py`, from which it is imported.',
    ],
    [
      'a relative module',
      {...PACKAGE, 'app/a.py': 'from .store import x\n'},
      'app/a.py:1 `.store` cannot be imported: there is no `app/store.py`.',
    ],
    ['too many dots', {...PACKAGE, 'app/a.py': 'from ...db import x\n'}, 'app/a.py:1 `...db` leads above the top of the repository.'],
    [
      'a module as a package',
      {...PACKAGE, 'a.py': 'import app.db.pool\n'},
      'a.py:1 `app.db.pool` cannot be imported: `app/db.py` is a module, not a package.',
    ],
    [
      'a namespace package',
      {'ns/one/a.py': 'x = 1\n', 'b.py': 'from ns.one import c\n'},
      'b.py:1 `c` cannot be imported from `ns.one`: there is no `ns/one/c.py`.',
    ],
    [
      'a dynamic import',
      {...PACKAGE, 'a.py': "import importlib\nm = importlib.import_module('app.jobs')\n"},
      'a.py:2 `app.jobs` cannot be imported: there is no `app/jobs.py`.',
    ],
    [
      'a package that nobody declares',
      {'requirements.txt': 'flask>=3\n', 'a.py': 'import leftpad_xyz.core\n'},
      'a.py:1 `leftpad_xyz` is neither in this repository nor declared nor installed: add `leftpad-xyz` to `requirements.txt`.',
    ],
    [
      'a package by another name',
      {'pyproject.toml': '[project]\nname = "a"\ndependencies = ["flask"]\n', 'a.py': 'import cv2\n'},
      'a.py:1 `cv2` is neither in this repository nor declared nor installed: add `opencv-python` to `pyproject.toml`.',
    ],
    [
      'a stub without its source',
      {'app/__init__.py': '', 'a.py': 'from app import greeter_pb2\n'},
      'a.py:1 `app.greeter_pb2` is generated code, and there is neither it nor a `greeter.proto` to make it from.',
    ],
    [
      'a stub that was not generated',
      {'proto/greeter.proto': '', 'a.py': 'import greeter_pb2_grpc\n', '.gitignore': '*_pb2*.py\n'},
      'a.py:1 `greeter_pb2_grpc` is generated from `proto/greeter.proto` and is not there: run `python -m grpc_tools.protoc` and commit its output.',
    ],
    [
      'a stub that was not generated, in a try',
      {
        'app/__init__.py': '',
        'proto/greeter.proto': '',
        'a.py': 'try:\n    from app.gen import greeter_pb2\nexcept ImportError:\n    greeter_pb2 = None\n',
      },
      'a.py:2 `app.gen.greeter_pb2` is generated from `proto/greeter.proto` and is not there: run `python -m grpc_tools.protoc` and commit its output.',
    ],
    [
      'a try that expects something else',
      {...PACKAGE, 'a.py': 'try:\n  import app.cache\nexcept ValueError:\n  pass\n'},
      'a.py:2 `app.cache` cannot be imported: there is no `app/cache.py`.',
    ],
    [
      'a module that the task renamed',
      {'app/__init__.py': '', 'app/store.py': 'x = 1\n', 'a.py': 'import app.db\n'},
      'a.py:1 `app.db` cannot be imported: there is no `app/db.py`.',
      {'app/__init__.py': '', 'app/db.py': 'x = 1\n', 'a.py': 'import app.db\n'},
    ],
    [
      'a name that the task removed',
      {...PACKAGE, 'app/db.py': 'URL = 1\n', 'a.py': 'from app.db import connect\n'},
      'a.py:1 `connect` is not defined in `app/db.py`, from which it is imported.',
      {...PACKAGE, 'a.py': 'from app.db import connect\n'},
    ],
    [
      'a dependency that the task removed',
      {'requirements.txt': 'flask\n', 'a.py': 'import leftpad_xyz\n'},
      'a.py:1 `leftpad_xyz` is neither in this repository nor declared nor installed: add `leftpad-xyz` to `requirements.txt`.',
      {'requirements.txt': 'flask\nleftpad-xyz\n', 'a.py': 'import leftpad_xyz\n'},
    ],
  ]
  for (const [rule, files, expected, base] of lies) {
    it(`finds ${rule}`, async () => assert.deepEqual((await check(files, base)).findings, [expected]))
  }

  const honest: readonly (readonly [rule: string, files: Files, base?: Files])[] = [
    [
      'the standard library',
      {'a.py': 'import os.path, sys, tomllib as t\nfrom concurrent.futures import Future\nfrom __future__ import annotations\n'},
    ],
    [
      'modules and names of the tree',
      {...PACKAGE, 'a.py': 'import app.db as d\nfrom app import db\nfrom app.db import Pool, connect as c, URL\n'},
    ],
    [
      'relative modules',
      {
        ...PACKAGE,
        'app/sub/__init__.py': 'from ..db import connect\nfrom .. import db\n',
        'app/a.py': 'from . import db, sub\nfrom .sub import connect\n',
      },
    ],
    ['a namespace package', {'ns/one/a.py': 'x = 1\n', 'b.py': 'import ns.one.a\nfrom ns.one import a\nfrom ns import one\n'}],
    ['a source folder', {'src/app/__init__.py': '', 'src/app/db.py': 'x = 1\n', 'tests/test_a.py': 'from app.db import x\n'}],
    [
      'a configured folder',
      {
        'pyproject.toml': '[tool.setuptools.packages.find]\nwhere = ["code"]\n',
        'code/app/db.py': 'x = 1\n',
        'tests/test_a.py': 'from app.db import x\n',
      },
    ],
    [
      'a test beside its conftest',
      {'tests/conftest.py': '', 'tests/helpers.py': 'x = 1\n', 'tests/unit/test_a.py': 'from helpers import x\n'},
    ],
    [
      'a folder that a program puts on its path',
      {'tools/deep/kit.py': 'x = 1\n', 'app/a.py': 'import sys\nsys.path.insert(0, "../tools/deep")\nimport kit\n'},
    ],
    [
      'a folder of PYTHONPATH',
      {'tools/deep/kit.py': 'x = 1\n', 'app/a.py': 'import kit\n', Makefile: 'run:\n\tPYTHONPATH=tools/deep python app/a.py\n'},
    ],
    ['optional modules', {'a.py': 'try:\n  import ujsonx as json\nexcept ImportError:\n  import simplejsonx as json\n'}],
    [
      'a stub that is imported in one of two ways',
      {
        'greeter.proto': '',
        'app/__init__.py': '',
        'app/greeter_pb2.py': 'X = 1\n',
        'app/b.py': 'try:\n    from . import greeter_pb2\nexcept ImportError:\n    import greeter_pb2\n',
      },
    ],
    ['an optional stub of others', {'a.py': 'try:\n    from google.rpc import status_pb2\nexcept ImportError:\n    status_pb2 = None\n'}],
    ['suppressed modules', {'a.py': 'import contextlib\nwith contextlib.suppress(ImportError):\n  import ujsonx\n'}],
    ['modules for types', {'a.py': 'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  from nowhere_x import T\n'}],
    ['a platform', {'a.py': 'import sys\nif sys.platform == "win32":\n  import win32api\nelse:\n  import nonsuch_x\n'}],
    ['a star', {...PACKAGE, 'app/all.py': 'from app.db import *\n', 'a.py': 'from app.all import connect\n'}],
    ['names that are made', {'app.py': 'def __getattr__(name): return 1\n', 'a.py': 'from app import anything\n'}],
    [
      'all ways to define a name',
      {
        'm.py':
          'a, (b, *c) = 1, (2, 3)\nfor d in []: pass\nwith open("x") as e: pass\nif a:\n  f = 1\ntry:\n  import json as g\nexcept ImportError:\n  g = None\nh: int = 1\ndef i():\n  global j\n  j = 1\nasync def k(): pass\n@i\nclass l: pass\nwith i() as (n, o): pass\n',
        'a.py': 'from m import a, b, c, d, e, f, g, h, i, j, k, l, n, o\n',
      },
    ],
    ['a declared package', {'requirements/dev.txt': 'leftpad_xyz[all]==1 ; python_version > "3"\n', 'a.py': 'import leftpad_xyz\n'}],
    ['a package that a recipe installs', {'.github/workflows/ci.yml': 'run: pip install leftpad-xyz\n', 'a.py': 'import leftpad_xyz\n'}],
    [
      'dependency groups',
      {
        'pyproject.toml': '[tool.poetry]\nname = "a"\n[tool.poetry.group.dev.dependencies]\nleftpad-xyz = "^1"\n',
        'a.py': 'import leftpad_xyz\n',
      },
    ],
    [
      'a package that hides behind a folder of its name',
      {'requirements.txt': 'leftpad_xyz\n', 'app/leftpad_xyz/__init__.py': '', 'app/leftpad_xyz/a.py': 'import leftpad_xyz.client\n'},
    ],
    [
      'generated files that git ignores',
      {...PACKAGE, '.gitignore': 'app/_version.py\n', 'a.py': 'from app._version import version\nfrom app import _version\n'},
    ],
    [
      'an import that was broken before',
      {'a.py': 'import nowhere_x\nx = 1\n', 'b.py': 'y = 1\n'},
      {'a.py': 'import nowhere_x\n', 'b.py': 'y = 1\n', 'c.py': ''},
    ],
    [
      'a module that became a package',
      {'app/db/__init__.py': 'x = 1\n', 'a.py': 'from app.db import x\n'},
      {'app/db.py': 'x = 1\n', 'a.py': 'from app.db import x\n'},
    ],
    ['words in strings', {'a.py': '"""\nimport nowhere_x\n"""\nx = "from nowhere import y"\n'}],
  ]
  for (const [rule, files, base] of honest) {
    it(`accepts ${rule}`, async () => {
      const {findings, status} = await check(files, base)
      assert.deepEqual([findings, status], [[], 'pass'])
    })
  }

  it('reads stubs that a setup command left beside the committed files', async () => {
    const checkout = await createCheckout({
      'greeter.proto': '',
      'a.py': 'import greeter_pb2\nfrom gen import x_pb2\n',
      'gen/__init__.py': '',
    })
    await writeFile(join(checkout.cwd, 'greeter_pb2.py'), '')
    await writeFile(join(checkout.cwd, 'gen/x_pb2.py'), '')
    assert.deepEqual((await checkCheckout(checkout)).findings, [])
  })

  it("asks the project's own interpreter what is installed", async () => {
    const checkout = await createCheckout({
      'requirements.txt': 'alpha-one\nbeta\n',
      'a.py': 'import one_module\nimport beta\nimport gamma\n',
    })
    await installed(checkout.cwd, {Alpha_One: 'one_module', Gamma: 'gamma'})
    assert.deepEqual((await checkCheckout(checkout)).findings, [
      'a.py:2 `beta` is declared but not installed for `./.venv/bin/python`: install it in `worktrees.setup`.',
      'a.py:3 `gamma` is installed here, but no file declares it: add `gamma` to `requirements.txt`.',
    ])
  })

  it('imports nothing of the project', async () => {
    const text = 'open("proof", "w").write("run")\n'
    const checkout = await createCheckout({
      'json.py': text,
      'app/__init__.py': text,
      'sitecustomize.py': text,
      'a.py': 'import json, app\n',
    })
    assert.deepEqual((await checkCheckout(checkout)).findings, [])
    assert.ok(!(await readdir(checkout.cwd)).includes('proof'))
  })

  it('works without Python, with what it knows of the standard library', async () => {
    const files = {'requirements.txt': 'flask\n', 'a.py': 'import os, flask\nimport leftpad_xyz\n'}
    const checkout = await createCheckout(files)
    const {findings} = await checkCheckout(checkout, {...ENV, PATH: checkout.cwd})
    assert.equal(findings.length, 1)
    assert.match(findings[0] ?? '', /^a\.py:2 `leftpad_xyz`/)
  })
})

/** A real virtual environment, with distributions that bring one module each. */
async function installed(cwd: string, distributions: Readonly<Record<string, string>>) {
  execFileSync('python3', ['-m', 'venv', '--without-pip', '.venv'], {cwd, env: ENV})
  const script = 'import sysconfig; print(sysconfig.get_path("purelib"))'
  const folder = execFileSync(join(cwd, '.venv/bin/python'), ['-c', script], {encoding: 'utf8'}).trim()
  for (const [name, module] of Object.entries(distributions)) {
    await mkdir(join(folder, `${name}-1.0.dist-info`))
    await writeFile(join(folder, `${name}-1.0.dist-info/METADATA`), `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`)
    await writeFile(join(folder, `${name}-1.0.dist-info/top_level.txt`), `${module}\n`)
    await writeFile(join(folder, `${module}.py`), 'raise SystemExit("imported")\n')
  }
}
