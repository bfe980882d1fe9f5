import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {createRedactor} from '../../src/agents/redact.ts'

const pem = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEowIBAAKCAQEA1', 'c2VjcmV0', '-----END RSA PRIVATE KEY-----'].join('\n')
// Put together here, so that no scanner takes them for real ones.
const tokens = {
  anthropic: `sk-${'ant-api03-'}${'a1B2'.repeat(10)}`,
  openai: `sk-${'proj-'}${'x9Y8'.repeat(8)}`,
  github: `ghp${'_'}${'A1b2'.repeat(9)}`,
  githubFineGrained: `github${'_pat_'}${'11AA'.repeat(10)}`,
  aws: `AKIA${'IOSFODNN7EXAMPLE'}`,
  slack: `xoxb${'-'}1234567890-abcdefghij`,
  jwt: `eyJ${'hbGciOiJIUzI1NiJ9'}.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N`,
}

describe('createRedactor', () => {
  for (const [name, token] of Object.entries(tokens)) {
    it(`masks what has the shape of a token (${name})`, () => {
      assert.equal(createRedactor({}).redact(`using ${token}, as told`), 'using [secret], as told')
    })
  }

  it('masks private keys, also one that was cut off', () => {
    const {redact} = createRedactor({})
    assert.equal(redact(`before\n${pem}\nafter`), 'before\n[secret]\nafter')
    assert.equal(redact(`before\n${pem.slice(0, 60)}`), 'before\n[secret]')
  })

  it('masks the password of a URL', () => {
    assert.equal(createRedactor({}).redact('redis://app:hunter2hunter2@db:6379/0'), 'redis://app:[secret]@db:6379/0')
  })

  it('masks the values of variables with a secret name, plain, URL-encoded and as JSON writes them', () => {
    const {redact} = createRedactor({MY_DB_PASSWORD: 'p/ss "word"'})
    assert.equal(redact('p/ss "word"'), '[secret]')
    assert.equal(redact('?pw=p%2Fss%20%22word%22&x'), '?pw=[secret]&x')
    assert.equal(redact(JSON.stringify({pw: 'p/ss "word"'})), '{"pw":"[secret]"}')
  })

  for (const name of [
    'GITHUB_TOKEN',
    'OPENAI_API_KEY',
    'AWS_SECRET_ACCESS_KEY',
    'PGPASSWORD',
    'SERVICE_CREDENTIALS',
    'SSH_KEY',
    'apiKey',
  ]) {
    it(`takes ${name} for a secret`, () => {
      assert.equal(createRedactor({[name]: 'long enough'}).redact('a long enough text'), 'a [secret] text')
    })
  }

  for (const name of ['PATH', 'KEYBOARD', 'MONKEYS', 'LANG', 'HOME']) {
    it(`takes ${name} for no secret`, () => {
      assert.equal(createRedactor({[name]: 'long enough'}).redact('a long enough text'), 'a long enough text')
    })
  }

  it('leaves short values alone: they are in every text', () => {
    assert.equal(createRedactor({TOKEN: 'true'}).redact('this is true'), 'this is true')
  })

  it('leaves words alone that only look a little like a token', () => {
    const text = 'task-implementation-executor, sk-learn-without-any-digits-in-it, ghp_short, eyJ is how a JWT begins'
    assert.equal(createRedactor({}).redact(text), text)
  })

  it('masks the longer of two secrets when one begins with the other', () => {
    assert.equal(createRedactor({A_TOKEN: 'abcdefgh', B_TOKEN: 'abcdefgh-and-more'}).redact('abcdefgh-and-more'), '[secret]')
  })
})

describe('a redacted stream', () => {
  const hostEnv = {DEPLOY_TOKEN: 'correct horse+battery', SIGNING_KEY: 'first line\nsecond line'}
  const secrets = [...Object.values(tokens), ...Object.values(hostEnv), pem]

  for (const secret of secrets) {
    it(`shows no part of a secret, wherever it is cut (${JSON.stringify(secret.slice(0, 12))}…)`, () => {
      const text = `start ${secret}\nend\n`
      for (let cut = 0; cut <= text.length; cut++) {
        const stream = createRedactor(hostEnv).stream()
        const shown = stream.push(text.slice(0, cut)) + stream.push(text.slice(cut)) + stream.end()
        assert.equal(shown, 'start [secret]\nend\n')
      }
    })
  }

  it('shows the same as the whole text would, in whatever pieces it comes', () => {
    const part = fc.oneof(fc.constantFrom(...secrets), fc.constantFrom('\n', ' ', 'word', '-----BEGIN', 'sk-', 'correct'), fc.string())
    const redactor = createRedactor(hostEnv)
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat(40)), (parts, sizes) => {
        const text = parts.join(' ')
        const stream = redactor.stream()
        let shown = ''
        let at = 0
        for (const size of sizes) {
          shown += stream.push(text.slice(at, at + size))
          at += size
        }
        shown += stream.push(text.slice(at)) + stream.end()
        return secrets.every((secret) => !shown.includes(secret)) && shown === redactor.redact(text)
      }),
      {numRuns: 300},
    )
  })

  it('shows whole lines at once', () => {
    const stream = createRedactor(hostEnv).stream()
    assert.equal(stream.push('one\ntwo\nthr'), 'one\ntwo\n')
    assert.equal(stream.push('ee\n'), 'three\n')
  })

  it('keeps no more than a bounded part of a line without an end, and still cuts no secret', () => {
    const stream = createRedactor(hostEnv).stream()
    const pieces = Array.from({length: 40}, (_item, index) => stream.push(index === 20 ? `.${tokens.github}.` : 'x.'.repeat(2_000)))
    const shown = pieces.join('')
    assert.ok(shown.length > 100_000)
    assert.equal(shown.includes('ghp'), false)
    assert.equal(shown.includes('.[secret].'), true)
  })
})
