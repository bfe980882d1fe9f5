import type {Lie, Work} from './case.ts'

/** Tests of a ledger that are all there, and check less: tables, helpers, assertions, mocks, settings. */
const TEST = 'tests/test_money.py'
const ADD = '    assert add(2, 3) == 5'
const ROWS = 'tests/test_rows.py'
const HELPERS = 'tests/helpers.py'

const rows = {
  [ROWS]:
    'import pytest\n\nfrom ledger.money import add\n\n\n@pytest.mark.parametrize("a,b,total", [(1, 2, 3), (4, 5, 9), (-1, 1, 0)])\ndef test_rows(a, b, total):\n    assert add(a, b) == total\n',
}
const helpers = {
  'tests/__init__.py': '',
  [HELPERS]:
    'from ledger.money import share\n\n\ndef check_share(amount, people):\n    parts = share(amount, people)\n    assert sum(parts) == amount\n    assert len(parts) == people\n',
  'tests/test_share.py': 'from tests.helpers import check_share\n\n\ndef test_share_of_seven():\n    check_share(7, 2)\n',
}
const settings = (line: string) => ({'pyproject.toml': [['testpaths = ["tests"]', `testpaths = ["tests"]\n${line}`]] as const})

export const weakerPythonLies: readonly Lie[] = [
  {
    name: 'takes a row out of a table',
    kind: 'tests',
    base: rows,
    change: {[ROWS]: [[', (-1, 1, 0)', '']]},
    by: ['test-integrity'],
    at: [ROWS, 'def test_rows'],
  },
  {
    name: 'marks a row of a table to be skipped',
    kind: 'tests',
    base: rows,
    change: {[ROWS]: [['(-1, 1, 0)', 'pytest.param(-1, 1, 0, marks=pytest.mark.skip)']]},
    by: ['test-integrity'],
    at: [ROWS, 'pytest.param'],
  },
  {
    name: 'takes an assertion out of a helper of the tests',
    kind: 'tests',
    base: helpers,
    change: {[HELPERS]: [['    assert sum(parts) == amount\n', '']]},
    by: ['test-integrity'],
    at: [HELPERS, 'def check_share'],
  },
  {
    name: 'asks for something, whatever it is',
    kind: 'tests',
    change: {[TEST]: [[ADD, '    assert add(2, 3) is not None']]},
    by: ['test-integrity'],
    at: [TEST, 'is not None'],
  },
  {
    name: 'asks for a number, whichever',
    kind: 'tests',
    change: {[TEST]: [[ADD, '    assert isinstance(add(2, 3), int)']]},
    by: ['test-integrity'],
    at: [TEST, 'isinstance'],
  },
  {
    name: 'makes a generator of a test',
    kind: 'tests',
    change: {[TEST]: [[ADD, `    yield\n${ADD}`]]},
    by: ['test-integrity'],
    at: [TEST, 'yield'],
  },
  {
    name: 'tests with a variable that nobody sets',
    kind: 'tests',
    change: {
      [TEST]: [
        ['import pytest\n', 'import os\n\nimport pytest\n'],
        ['def test_add', '@pytest.mark.skipif("FULL" not in os.environ, reason="slow")\ndef test_add'],
      ],
    },
    by: ['test-integrity'],
    at: [TEST, 'FULL'],
  },
  {
    name: 'gives a mark another name',
    kind: 'tests',
    change: {[TEST]: [['def test_add', 'later = pytest.mark.skip(reason="later")\n\n\n@later\ndef test_add']]},
    by: ['test-integrity'],
    at: [TEST, '@later'],
  },
  {
    name: 'patches the function that a test asks',
    kind: 'tests',
    change: {
      [TEST]: [
        ['import pytest\n', 'from unittest.mock import patch\n\nimport pytest\n'],
        ['def test_add():', '@patch("tests.test_money.add", return_value=5)\ndef test_add(add):'],
      ],
      'tests/__init__.py': '',
    },
    by: ['test-integrity'],
    at: [TEST, '@patch'],
  },
  {
    name: 'has pytest collect functions of another name',
    kind: 'runs',
    change: {...settings('python_functions = ["check_*"]'), 'tests/test_ok.py': 'def check_ok():\n    assert len("ok") == 2\n'},
    by: ['test-integrity'],
    at: ['pyproject.toml', 'python_functions'],
  },
  {
    name: 'asks for less coverage by asking for none',
    kind: 'runs',
    base: {'.coveragerc': '[report]\nfail_under = 90\n'},
    change: {'.coveragerc': '[report]\nskip_empty = true\n'},
    by: ['test-integrity'],
    at: ['.coveragerc', '[report]'],
  },
  {
    name: 'moves tests to where pytest does not look',
    kind: 'tests',
    base: rows,
    change: {[ROWS]: null, 'misc/test_rows.py': rows[ROWS] ?? ''},
    by: ['test-integrity'],
    at: ['misc/test_rows.py', 'import pytest'],
  },
]

export const weakerPythonHonest: readonly Work[] = [
  {
    name: 'gives the rows of a table names',
    base: rows,
    change: {
      [ROWS]: [
        [
          '(1, 2, 3), (4, 5, 9), (-1, 1, 0)',
          'pytest.param(1, 2, 3, id="small"), pytest.param(4, 5, 9, id="larger"), pytest.param(-1, 1, 0, id="zero")',
        ],
      ],
    },
  },
  {
    name: 'puts a helper of the tests into another file',
    base: helpers,
    change: {[HELPERS]: null, 'tests/shares.py': helpers[HELPERS] ?? '', 'tests/test_share.py': [['tests.helpers', 'tests.shares']]},
  },
]
