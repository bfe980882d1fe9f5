import type {Work} from './case.ts'

const TEST = 'tests/test_money.py'
const MONEY = 'ledger/money.py'
const HEAD = 'import pytest\n\nfrom ledger.money import add, share\n\n\n'

/** Honest work that looks like something else. */
export const pythonHonest: readonly Work[] = [
  {
    name: 'leaves a method to subclasses',
    change: {
      'ledger/store.py':
        'from abc import ABC, abstractmethod\n\n\nclass Store(ABC):\n    @abstractmethod\n    def save(self, entry):\n        raise NotImplementedError\n\n\nclass MemoryStore(Store):\n    def __init__(self):\n        self.entries = []\n\n    def save(self, entry):\n        self.entries.append(entry)\n',
    },
  },
  {
    name: 'describes a protocol',
    change: {'ledger/types.py': 'from typing import Protocol\n\n\nclass Reader(Protocol):\n    def read(self) -> str: ...\n'},
  },
  {
    name: 'returns NotImplemented to the other operand',
    change: {
      'ledger/amount.py':
        'class Amount:\n    def __init__(self, cents):\n        self.cents = cents\n\n    def __eq__(self, other):\n        if not isinstance(other, Amount):\n            return NotImplemented\n        return self.cents == other.cents\n\n    def __hash__(self):\n        return hash(self.cents)\n',
    },
  },
  {
    name: 'imports a faster module where there is one',
    change: {
      'ledger/parse.py':
        'try:\n    import orjson as json\nexcept ImportError:\n    import json\n\n\ndef parse(text):\n    return json.loads(text)\n',
    },
  },
  {
    name: 'makes a package by an empty file',
    files: 'ledger/reports/__init__.py',
    change: {'ledger/reports/__init__.py': '', 'ledger/reports/month.py': 'def title(month):\n    return f"Report of {month}"\n'},
  },
  {
    name: 'writes a to-do list',
    task: 'Keep a list of todos',
    change: {
      'ledger/todo.py':
        '"""A todo list."""\n\nTODO, DONE = "TODO", "DONE"\n\n\ndef add_todo(todos, title):\n    """Add a todo to the list."""\n    return [*todos, (title, TODO)]\n',
    },
  },
  {
    name: 'defines exceptions without a body',
    change: {
      'ledger/errors.py':
        'class LedgerError(Exception):\n    pass\n\n\nclass NotBalanced(LedgerError):\n    """Debit and credit differ."""\n',
    },
  },
  {
    name: 'skips a test on Windows, and without a database',
    change: {
      [TEST]: [
        ['import pytest\n', 'import os\nimport sys\n\nimport pytest\n'],
        ['def test_add', '@pytest.mark.skipif(sys.platform == "win32", reason="other rounding")\ndef test_add'],
        [
          '        share(10, 0)\n',
          '        share(10, 0)\n\n\n@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="needs a database")\ndef test_with_database():\n    assert add(1, 1) == 2\n',
        ],
      ],
    },
  },
  {
    name: 'moves tests into a class',
    change: {
      [TEST]: `${HEAD}class TestMoney:\n    def test_add(self):\n        assert add(2, 3) == 5\n\n    def test_share_is_fair(self):\n        assert share(10, 3) == [4, 3, 3]\n\n    def test_share_needs_people(self):\n        with pytest.raises(ValueError):\n            share(10, 0)\n`,
    },
  },
  {
    name: 'turns a test into one with parameters',
    change: {
      [TEST]: [
        [
          'def test_add():\n    assert add(2, 3) == 5',
          '@pytest.mark.parametrize(("a", "b", "total"), [(2, 3, 5), (0, 0, 0), (-1, 1, 0)])\ndef test_add(a, b, total):\n    assert add(a, b) == total',
        ],
      ],
    },
  },
  {
    name: 'asks for the message of an exception too',
    change: {[TEST]: [['pytest.raises(ValueError)', 'pytest.raises(ValueError, match="nobody")']]},
  },
  {
    name: 'compares floats with a small tolerance',
    change: {
      'ledger/tax.py': 'def tax(amount):\n    return amount * 0.19\n',
      'tests/test_tax.py': 'import pytest\n\nfrom ledger.tax import tax\n\n\ndef test_tax():\n    assert tax(100) == pytest.approx(19)\n',
    },
  },
  {
    name: 'adds a fixture and an option to conftest.py',
    change: {
      'tests/conftest.py':
        'import pytest\n\n\ndef pytest_addoption(parser):\n    parser.addoption("--slow", action="store_true")\n\n\n@pytest.fixture\ndef household():\n    return ["ann", "bo"]\n',
    },
  },
  {
    name: 'leaves a failing test of the base as it was',
    test: 'test -f README.md',
    base: {'tests/test_old.py': 'def test_was_broken_before():\n    assert 1 == 2\n'},
    change: {'README.md': '# Ledger\n\nKeeps books.\n'},
  },
  {
    name: 'has a test that fails now and then',
    base: {
      '.gitignore': '__pycache__/\n.pytest_cache/\n.once\n',
      'tests/test_flaky.py':
        'from pathlib import Path\n\n\ndef test_second_look():\n    mark = Path(".once")\n    known = mark.exists()\n    mark.touch()\n    assert known\n',
    },
    change: {'README.md': '# Ledger\n\nKeeps books.\n'},
  },
  {
    name: 'exits with 0 when called as a program',
    change: {
      'ledger/__main__.py':
        'import sys\n\nfrom ledger.money import share\n\n\ndef main():\n    print(share(int(sys.argv[1]), 2))\n    sys.exit(0)\n\n\nif __name__ == "__main__":\n    main()\n',
    },
  },
  {
    name: 'mocks the network in a test',
    change: {
      'ledger/rates.py':
        'from urllib.request import urlopen\n\n\ndef rate(currency):\n    with urlopen(f"https://example.com/{currency}") as answer:\n        return float(answer.read())\n',
      'tests/test_rates.py':
        'from unittest.mock import patch\n\nfrom ledger.rates import rate\n\n\ndef test_rate():\n    with patch("ledger.rates.urlopen") as fake:\n        fake.return_value.__enter__.return_value.read.return_value = b"1.5"\n        assert rate("EUR") == 1.5\n',
    },
  },
  {
    name: 'takes a function away that the spec takes away',
    task: 'Remove add() from the ledger',
    change: {
      [TEST]: [
        ['from ledger.money import add, share', 'from ledger.money import share'],
        ['def test_add():\n    assert add(2, 3) == 5\n\n\n', ''],
      ],
      [MONEY]: [['def add(a, b):\n    return a + b\n\n\n', '']],
    },
  },
]
