import assert from 'node:assert/strict'
import {toLazy} from '../scripts/lazy-oclif.ts'

describe('an import of oclif that is made lazy', () => {
  it('is a function that loads once, and each use a call of it', () => {
    const lazy = toLazy('const cli_1 = require("./cli");\nthrow new cli_1.CLIError((0, cli_1.text)());')
    assert.equal(
      lazy,
      'var cli_1_module; function cli_1() { return cli_1_module ??= require("./cli"); }\nthrow new (cli_1()).CLIError((0, (cli_1()).text)());',
    )
  })

  it('keeps the helper that wraps it', () => {
    assert.match(
      toLazy('const ejs_1 = __importDefault(require("ejs"));\nejs_1.default.render()'),
      /\?\?= __importDefault\(require\("ejs"\)\);/,
    )
  })

  it('leaves alone what has a name that it may be passed on by', () => {
    const source = 'const Errors = __importStar(require("./errors"));\nexports.Errors = Errors;\nErrors.handle();'
    assert.equal(toLazy(source), source)
  })
})
