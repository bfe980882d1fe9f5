import assert from 'node:assert/strict'
import {join, resolve} from 'node:path'
import {stateDir} from '../../src/config/state-dir.ts'
import {ConductError} from '../../src/errors.ts'

describe('stateDir', () => {
  const home = resolve('/home/ada')
  const xdg = resolve('/var/ada')

  it('is what CONDUCT_STATE_DIR says', () => {
    assert.equal(stateDir({CONDUCT_STATE_DIR: home, XDG_STATE_HOME: xdg, HOME: xdg}), home)
  })

  it('is in XDG_STATE_HOME, when that is absolute', () => {
    assert.equal(stateDir({XDG_STATE_HOME: xdg, HOME: home}), join(xdg, 'conduct'))
    assert.equal(stateDir({XDG_STATE_HOME: 'state', HOME: home}), join(home, '.local/state/conduct'))
  })

  it('is below the home folder otherwise', () => {
    assert.equal(stateDir({HOME: home, CONDUCT_STATE_DIR: '', XDG_STATE_HOME: ''}), join(home, '.local/state/conduct'))
    assert.equal(stateDir({USERPROFILE: home}), join(home, '.local/state/conduct'))
  })

  it('is an error with a way out when there is no home folder', () => {
    assert.throws(
      () => stateDir({HOME: ''}),
      (error: unknown) => error instanceof ConductError && error.oclif.exit === 5 && /CONDUCT_STATE_DIR/.test(error.suggestions.join()),
    )
  })
})
