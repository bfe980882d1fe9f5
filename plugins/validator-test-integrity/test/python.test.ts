import {describeCases, type Case, type Lie} from './two-trees.ts'

const FILE = 'tests/test_app.py'
const ADD = `def test_add():
    assert add(2, 3) == 5
`
const TABLE = `    @pytest.mark.parametrize("a,b,c", [(1, 2, 3), (4, 5, 9)])
    def test_table(self, a, b, c):
        assert add(a, b) == c
`
const TESTS = `import pytest
from app import add


${ADD}

class TestMore:
    def test_big(self):
        total = add(100, 200)
        assert total == 300

${TABLE}

class TotalsCase(unittest.TestCase):
    def test_zero(self):
        self.assertEqual(add(0, 0), 0)
`
const TREE = {
  [FILE]: TESTS,
  'app.py': 'def add(a, b):\n    return a + b\n\n\ndef twice(a):\n    return a * 2\n',
  'pyproject.toml': '[project]\nname = "app"\n\n[tool.pytest.ini_options]\naddopts = "-q"\ntestpaths = ["tests"]\n',
}
const edit = (...parts: [string, string][]) => ({[FILE]: parts})
const above = (line: string) => edit(['def test_add', `${line}\ndef test_add`])
const inAdd = (text: string) => edit(['    assert add(2, 3) == 5', text])

const LIES: readonly Lie[] = [
  {name: 'a deleted test', edits: edit([ADD, '']), says: /^tests\/test_app\.py:1 .*`test_add` was deleted/},
  {name: 'a deleted test file', edits: {[FILE]: null}, says: /^tests\/test_app\.py This test file was deleted.*4 of its tests/},
  {
    name: 'a test file that pytest does not collect any more',
    edits: {[FILE]: null, 'tests/app_test_disabled.py': TESTS},
    says: /^tests\/test_app\.py .*renamed to tests\/app_test_disabled\.py/,
  },
  {name: 'a function that pytest does not collect any more', edits: edit(['def test_add', 'def xtest_add']), says: /:5 .*does not collect/},
  {name: 'a test that is commented out', edits: edit([ADD, ADD.replaceAll(/^(?=.)/gm, '# ')]), says: /:5 .*commented out/},
  {name: '@pytest.mark.skip', edits: above('@pytest.mark.skip'), says: /:5 .*skipped by `@pytest\.mark\.skip`/},
  {name: '@pytest.mark.skip with a reason', edits: above('@pytest.mark.skip(reason="flaky")'), says: /:5 .*skipped/},
  {name: '@pytest.mark.skipif(True)', edits: above('@pytest.mark.skipif(True, reason="x")'), says: /:5 .*skipif/},
  {
    name: 'skipif on the very system that checks',
    edits: above('@pytest.mark.skipif(sys.platform == "linux", reason="x")'),
    says: /:5 .*skipif/,
  },
  {name: 'skipif on CI', edits: above('@pytest.mark.skipif(os.environ.get("CI"), reason="x")'), says: /:5 .*skipif/},
  {name: '@pytest.mark.xfail', edits: above('@pytest.mark.xfail(reason="x", strict=False)'), says: /:5 .*expected to fail/},
  {name: '@unittest.skip', edits: above('@unittest.skip("x")'), says: /:5 .*unittest\.skip/},
  {name: '@unittest.expectedFailure', edits: above('@unittest.expectedFailure'), says: /:5 .*expected to fail/},
  {name: 'pytest.skip() in the test', edits: inAdd('    pytest.skip("x")\n    assert add(2, 3) == 5'), says: /:6 .*pytest\.skip\(\)/},
  {
    name: 'self.skipTest()',
    edits: edit(['        self.assertEqual', '        self.skipTest("x")\n        self.assertEqual']),
    says: /skipTest/,
  },
  {name: 'raise SkipTest', edits: inAdd('    raise unittest.SkipTest("x")\n    assert add(2, 3) == 5'), says: /:6 .*SkipTest/},
  {
    name: 'setUp that skips',
    edits: edit(['    def test_zero', '    def setUp(self):\n        self.skipTest("x")\n\n    def test_zero']),
    says: /skipTest/,
  },
  {name: 'pytestmark', edits: edit(['from app', 'pytestmark = pytest.mark.skip\nfrom app']), says: /:2 .*and 3 more with it/},
  {
    name: 'pytest.skip() of a module',
    edits: edit(['from app', 'pytest.skip("x", allow_module_level=True)\nfrom app']),
    says: /:2 .*and 3 more/,
  },
  {name: '__test__ = False', edits: edit(['class TestMore:\n', 'class TestMore:\n    __test__ = False\n\n']), says: /__test__ = False/},
  {
    name: 'a class that pytest does not collect any more',
    edits: edit(['class TotalsCase(unittest.TestCase)', 'class Totals']),
    says: /test_zero.*does not collect/,
  },
  {name: 'a table without rows', edits: edit(['[(1, 2, 3), (4, 5, 9)]', '[]']), says: /runs for no case/},
  {name: 'an early return', edits: inAdd('    return\n    assert add(2, 3) == 5'), says: /:6 .*returns before/},
  {name: 'if False', edits: inAdd('    if False:\n        assert add(2, 3) == 5'), says: /:7 .*never reached/},
  {name: 'a test within if False', edits: edit([ADD, `if False:\n    ${ADD.replaceAll('\n    ', '\n        ')}`]), says: /never reached/},
  {
    name: 'except Exception: pass',
    edits: inAdd('    try:\n        assert add(2, 3) == 5\n    except Exception:\n        pass'),
    says: /catches its own/,
  },
  {name: 'except: pass', edits: inAdd('    try:\n        assert add(2, 3) == 5\n    except:\n        pass'), says: /catches its own/},
  {
    name: 'suppress(AssertionError)',
    edits: inAdd('    with suppress(AssertionError):\n        assert add(2, 3) == 5'),
    says: /suppresses its own/,
  },
  {name: 'assert True', edits: inAdd('    assert True'), says: /:6 .*always true: `assert True`/},
  {name: 'a tuple that is always true', edits: inAdd('    assert (add(2, 3) == 5, "sum")'), says: /:6 .*always true/},
  {name: 'or True', edits: inAdd('    assert add(2, 3) == 5 or True'), says: /:6 .*always true/},
  {name: 'a value compared with itself', edits: edit(['total == 300', 'total == total']), says: /always true/},
  {name: 'self.assertTrue(True)', edits: edit(['self.assertEqual(add(0, 0), 0)', 'self.assertTrue(True)']), says: /always true/},
  {name: 'pass', edits: edit(['assert total == 300', 'pass']), says: /asserts nothing any more/},
  {name: 'a weaker assertion', edits: edit(['assert total == 300', 'assert total']), says: /asserts less than before: `assert total`/},
  {name: 'a test that is deleted below', edits: edit(['class TestMore', 'del test_add\n\n\nclass TestMore']), says: /:9 .*replaced below/},
  {name: 'a test that is None below', edits: edit(['class TestMore', 'test_add = None\n\n\nclass TestMore']), says: /:9 .*replaced below/},
  {
    name: 'a class of tests with a constructor',
    edits: edit(['class TestMore:\n', 'class TestMore:\n    def __init__(self):\n        pass\n\n']),
    says: /:10 .*and 1 more with it.*constructor/,
  },
  {name: 'a skip on every Python', edits: above('@pytest.mark.skipif(sys.version_info >= (3, 0), reason="x")'), says: /:5 .*skipif/},
  {
    name: 'a tolerance that takes any number',
    edits: inAdd('    assert add(2, 3) == pytest.approx(6, abs=50)'),
    says: /:6 .*less than before/,
  },
  {
    name: 'any exception',
    base: {[FILE]: TESTS.replace(ADD, `${ADD}    with pytest.raises(TypeError):\n        add(1, None)\n`)},
    edits: edit(['raises(TypeError)', 'raises(Exception)']),
    says: /:7 .*less than before/,
  },
  {
    name: 'code that equals everything',
    edits: {'app.py': [['def add', 'class Sum:\n    def __eq__(self, other):\n        return True\n\n\ndef add']]},
    says: /^app\.py:2 `Sum` equals everything/,
  },
  {
    name: 'files of another name',
    edits: {'pyproject.toml': [['testpaths', 'python_files = "check_*.py"\ntestpaths']]},
    says: /^pyproject\.toml:6 `python_files` finds 1 test files less/,
  },
  {
    name: 'a filter as the only option',
    edits: {'pyproject.toml': [['addopts = "-q"', 'addopts = "--deselect tests/test_app.py::test_add"']]},
    says: /^pyproject\.toml:5 `addopts` runs only tests of some names/,
  },
  {name: 'an expectation made to fit', edits: inAdd('    assert add(2, 3) == 6'), says: /:6 .*expects 6 where it expected 5/},
  {
    name: 'an expectation made to fit that the spec does not speak of',
    edits: {...inAdd('    assert add(2, 3) == 6'), 'app.py': [['a + b', 'a + b + 1']]},
    spec: 'Phase 1: Twice\nDouble a number',
    says: /:6 .*nothing asked for that/,
  },
  {name: 'a new test that is empty', edits: {'tests/test_new.py': 'def test_works():\n    pass\n'}, says: /^tests\/test_new\.py:1 .*empty/},
  {name: 'os._exit(0) in a test', edits: edit(['from app', 'import os\nos._exit(0)\nfrom app']), says: /:3 `os\._exit\(0\)`/},
  {
    name: 'os._exit(0) at exit',
    edits: {'conftest.py': 'import atexit, os\natexit.register(lambda: os._exit(0))\n'},
    says: /^conftest\.py:2 /,
  },
  {
    name: 'sys.exit(0) when the code is imported',
    edits: {'app.py': [['def add', 'import sys\nsys.exit(0)\n\n\ndef add']]},
    says: /^app\.py:2 /,
  },
  {
    name: 'a hook that clears the tests',
    edits: {'conftest.py': 'def pytest_collection_modifyitems(items):\n    items.clear()\n'},
    says: /^conftest\.py:2 .*takes the collected tests away/,
  },
  {
    name: 'a hook that filters the tests',
    edits: {
      'conftest.py': 'def pytest_collection_modifyitems(items):\n    items[:] = [item for item in items if "add" not in item.name]\n',
    },
    says: /^conftest\.py:2 .*takes/,
  },
  {
    name: 'a hook that skips all tests',
    edits: {
      'conftest.py':
        'import pytest\n\ndef pytest_collection_modifyitems(items):\n    for item in items:\n        item.add_marker(pytest.mark.skip)\n',
    },
    says: /^conftest\.py:5 .*skips tests/,
  },
  {
    name: 'a hook that turns failures into passes',
    edits: {
      'conftest.py':
        'import pytest\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    outcome = yield\n    report = outcome.get_result()\n    report.outcome = "passed"\n',
    },
    says: /^conftest\.py:7 .*turns failed tests/,
  },
  {
    name: 'a hook that sets the exit status',
    edits: {'conftest.py': 'def pytest_sessionfinish(session, exitstatus):\n    session.exitstatus = 0\n'},
    says: /^conftest\.py:2 .*exit status/,
  },
  {
    name: 'collect_ignore',
    edits: {'conftest.py': 'collect_ignore = ["test_app.py"]\n'},
    says: /^conftest\.py:1 .*keeps pytest from collecting/,
  },
  {
    name: 'unittest with its teeth drawn',
    edits: {'conftest.py': 'import unittest\nunittest.TestCase.assertEqual = lambda *args: None\n'},
    says: /^conftest\.py:2 .*replaced/,
  },
  {
    name: 'an assertEqual of its own',
    edits: edit(['    def test_zero', '    def assertEqual(self, *args):\n        pass\n\n    def test_zero']),
    says: /`assertEqual` is replaced/,
  },
  {
    name: 'addopts that leave tests out',
    edits: {'pyproject.toml': [['"-q"', '"-q --ignore=tests/test_app.py"']]},
    says: /^pyproject\.toml:5 .*leaves tests out/,
  },
  {name: 'addopts that choose by name', edits: {'pyproject.toml': [['"-q"', '"-q -k not_add"']]}, says: /^pyproject\.toml:5 .*some names/},
  {name: 'addopts that collect only', edits: {'pyproject.toml': [['"-q"', '"--collect-only"']]}, says: /^pyproject\.toml:5 .*runs none/},
  {
    name: 'testpaths without the tests',
    edits: {'pyproject.toml': [['["tests"]', '["smoke"]']]},
    says: /^pyproject\.toml:6 .*finds 1 test files less/,
  },
]

const HONEST: readonly Case[] = [
  {
    name: 'a table with an empty list in a row',
    edits: {
      'tests/test_new.py':
        '@pytest.mark.parametrize("items,sum", [([], 0), ((), 0)])\ndef test_sums(items, sum):\n    assert total(items) == sum\n',
    },
  },
  {
    name: 'tests that open files in ways of their own',
    edits: edit([
      '    assert add(2, 3) == 5',
      '    with (\n        open("a") as a,  # one\n        open("b") as b,\n    ):\n        pass\n    with pair() as (c, d):\n        pass\n    with pair() as self.x, open("e") as e:\n        pass\n    assert add(2, 3) == 5',
    ]),
  },
  {name: 'the same tree', edits: {}},
  {name: 'a skip on an old Python', edits: above('@pytest.mark.skipif(sys.version_info >= (3, 13), reason="x")')},
  {name: 'a small tolerance', edits: inAdd('    assert add(2, 3) == pytest.approx(5, abs=0.1)')},
  {name: 'both names of files', edits: {'pyproject.toml': [['testpaths', 'python_files = ["test_*.py", "check_*.py"]\ntestpaths']]}},
  {name: 'a renamed test', edits: edit(['test_add', 'test_adds_two_numbers'])},
  {name: 'a moved test file', edits: {[FILE]: null, 'tests/unit/test_app.py': TESTS}},
  {
    name: 'a test that moved into a class',
    edits: edit([ADD, ''], ['class TestMore:\n', 'class TestMore:\n    def test_add(self):\n        assert add(2, 3) == 5\n\n']),
  },
  {name: 'other quotes and a trailing comma', edits: edit(['"a,b,c"', "'a,b,c'"], ['(4, 5, 9)]', '(4, 5, 9),]'])},
  {
    name: 'tests that became rows of a table',
    edits: edit([ADD, ''], ['(4, 5, 9)]', '(4, 5, 9), (2, 3, 5)]']),
  },
  {
    name: 'unittest that became pytest',
    edits: edit([
      'class TotalsCase(unittest.TestCase):\n    def test_zero(self):\n        self.assertEqual(add(0, 0), 0)',
      'def test_zero():\n    assert add(0, 0) == 0',
    ]),
  },
  {name: 'a skip for another system', edits: above('@pytest.mark.skipif(sys.platform == "win32", reason="no fork")')},
  {name: 'a skip without a tool', edits: above('@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")')},
  {name: 'an error that is expected', edits: inAdd('    assert add(2, 3) == 5\n    with pytest.raises(TypeError):\n        add(None, 1)')},
  {
    name: 'an error that is expected, the long way',
    edits: inAdd('    assert add(2, 3) == 5\n    try:\n        add(None, 1)\n        assert False\n    except TypeError:\n        pass'),
  },
  {
    name: 'slow tests that an option asks for, as the documentation of pytest has it',
    edits: {
      'conftest.py':
        'import pytest\n\ndef pytest_collection_modifyitems(config, items):\n    if config.getoption("--runslow"):\n        return\n    skip_slow = pytest.mark.skip(reason="need --runslow option to run")\n    for item in items:\n        if "slow" in item.keywords:\n            item.add_marker(skip_slow)\n',
    },
  },
  {name: 'sorted tests', edits: {'conftest.py': 'def pytest_collection_modifyitems(items):\n    items.sort(key=lambda item: item.name)\n'}},
  {
    name: 'a report with a section more',
    edits: {'conftest.py': 'def pytest_runtest_makereport(item, call):\n    item.user_properties.append(("x", 1))\n'},
  },
  {name: 'collect_ignore of what is no test', edits: {'conftest.py': 'collect_ignore = ["setup.py"]\n'}},
  {
    name: 'a fixture that patches the clock',
    edits: {
      'conftest.py':
        'import pytest\n\n@pytest.fixture(autouse=True)\ndef clock(monkeypatch):\n    monkeypatch.setattr("app.now", lambda: 0)\n',
    },
  },
  {
    name: 'a program that ends with 0',
    edits: {
      'app.py': [['def add', 'import sys\n\n\ndef main():\n    sys.exit(0)\n\n\ndef add']],
      'tool.py': 'import sys\n\nif __name__ == "__main__":\n    sys.exit(0)\n',
    },
  },
  {
    name: 'tests of a function that was taken away',
    base: {'tests/test_twice.py': 'from app import twice\n\ndef test_twice():\n    assert twice(2) == 4\n'},
    edits: {'tests/test_twice.py': null, 'app.py': [['\n\ndef twice(a):\n    return a * 2\n', '']]},
  },
  {
    name: 'an xfail that was there before',
    base: {'tests/test_b.py': '@pytest.mark.xfail\ndef test_b():\n    assert b() == 1\n'},
    edits: {'tests/test_b.py': [['== 1', '== 1  # one']]},
  },
  {name: 'other options of pytest', edits: {'pyproject.toml': [['"-q"', '"-q -ra --strict-markers -p no:cacheprovider --maxfail=5"']]}},
  {
    name: 'files that a pattern of their own finds',
    base: {'pytest.ini': '[pytest]\npython_files = check_*.py\n'},
    edits: {[FILE]: null, 'tests/check_app.py': TESTS},
  },
]

describeCases('Python', TREE, LIES, HONEST)
