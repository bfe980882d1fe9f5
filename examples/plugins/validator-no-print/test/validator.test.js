import {describe, it} from 'node:test'
import {validatorContract} from 'conduct-cli/plugin/testing'
import {validator} from '../index.js'

validatorContract(
  {
    validator,
    nothing: {'README.md': 'console.log(1)\n'},
    base: {'old.js': 'console.log("was there before")\n'},
    good: {'old.js': 'console.log("was there before")\nexport const a = 1\n'},
    bad: {'new.js': 'export const a = 1\nconsole.log(a)\n'},
  },
  {describe, it},
)
