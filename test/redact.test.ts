import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {createRedactor} from '../src/redact.ts'

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
  gitlab: `glpat${'-'}${'A1b2_'.repeat(4)}`,
  npm: `npm${'_'}${'A1b2'.repeat(9)}`,
  pypi: `pypi${'-'}AgEIcHlwaS5vcmc${'A1b2'.repeat(9)}`,
  docker: `dckr${'_pat_'}${'A1b2'.repeat(6)}`,
  google: `AIza${'A1b2_'.repeat(7)}`,
  googleOAuth: `ya29${'.'}${'a0Af'.repeat(8)}`,
  stripe: `sk${'_live_'}${'A1b2'.repeat(6)}`,
  stripeWebhook: `whsec${'_'}${'A1b2'.repeat(6)}`,
  sendgrid: `SG${'.'}${'A1b2'.repeat(5)}.${'A1b2'.repeat(8)}`,
  huggingFace: `hf${'_'}${'A1b2'.repeat(9)}`,
}

/** What stands before the secret stays, so that a reader knows what it was. */
const placed = {
  bearer: ['Authorization: Bearer ', 'abc123def456'],
  basic: ['"authorization": "Basic ', 'dXNlcjpwYXNz'],
  bareBearer: ['got Bearer ', 'abc123def456ghi7'],
  apiKey: ['X-Api-Key: ', 'abc123def456'],
  dotenv: ['STRIPE_KEY=', 'abc123def456'],
  slackHook: ['https://hooks.slack.com/services/', 'T00000000/B00000000/XXXXXXXX'],
  redis: ['redis://app:', 'hunter2hunter2', '@db:6379/0'],
  gitRemote: ['https://', 'a1b2c3d4e5f6a7b8c9d0', '@git.example.org/repo'],
} as const

describe('createRedactor', () => {
  for (const [name, token] of Object.entries(tokens)) {
    it(`masks what has the shape of a token (${name})`, () => {
      assert.equal(createRedactor({}).redact(`using ${token}, as told`), 'using [secret], as told')
    })
  }

  for (const [name, [before, secret, after = '']] of Object.entries(placed)) {
    it(`masks what stands where a secret stands, and only that (${name})`, () => {
      assert.equal(createRedactor({}).redact(`${before}${secret}${after}`), `${before}[secret]${after}`)
    })
  }

  it('masks private keys, also one that was cut off', () => {
    const {redact} = createRedactor({})
    assert.equal(redact(`before\n${pem}\nafter`), 'before\n[secret]\nafter')
    assert.equal(redact(`before\n${pem.slice(0, 60)}`), 'before\n[secret]')
  })

  it('masks the password of a URL in the environment wherever it stands, as it is written and as it is meant', () => {
    const {redact} = createRedactor({DATABASE_URL: 'postgres://app:p%40ssw0rd@db/main'})
    assert.equal(redact('login with p@ssw0rd or p%40ssw0rd failed'), 'login with [secret] or [secret] failed')
  })

  it('masks a long secret line by line, as programs print it: indented', () => {
    const {redact} = createRedactor({SIGNING_KEY: 'first line of the secret\nsecond line of the secret'})
    assert.equal(redact('  first line of the secret\n  second line of the secret\n'), '  [secret]\n  [secret]\n')
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

  for (const name of ['PATH', 'KEYBOARD', 'MONKEYS', 'LANG', 'HOME', 'SSH_KEY_FILE', 'TOKEN_URL']) {
    it(`takes ${name} for no secret`, () => {
      assert.equal(createRedactor({[name]: 'long enough'}).redact('a long enough text'), 'a long enough text')
    })
  }

  for (const value of ['1', 'true', 'test', 'password', 'changeme', 'localhost', '64000', 'tested']) {
    it(`leaves short and common values alone: they are in every text (${value})`, () => {
      assert.equal(createRedactor({TOKEN: value}).redact(`this is ${value}`), `this is ${value}`)
    })
  }

  it('masks a short value that looks like no word', () => {
    assert.equal(createRedactor({DB_PASSWORD: 'hunter2'}).redact('password hunter2 refused'), 'password [secret] refused')
  })

  it('leaves words alone that only look a little like a token', () => {
    const text =
      'task-implementation-executor, sk-learn-without-any-digits-in-it, ghp_short, eyJ is how a JWT begins, authorization: no, ' +
      'Bearer of news, https://user@host/, https://example.org:8080/@scope/pkg, SECRET_KEY=os.environ["SECRET_KEY"]'
    assert.equal(createRedactor({}).redact(text), text)
  })

  it('masks the longer of two secrets when one begins with the other', () => {
    assert.equal(createRedactor({A_TOKEN: 'abcdefgh', B_TOKEN: 'abcdefgh-and-more'}).redact('abcdefgh-and-more'), '[secret]')
  })
})

describe('a redacted stream', () => {
  const hostEnv = {DEPLOY_TOKEN: 'correct horse+battery', SIGNING_KEY: 'first line\nsecond line'}
  const secrets = [...Object.values(tokens), ...Object.values(hostEnv), pem]
  const texts = [...secrets, ...Object.values(placed).map((parts) => parts.join(''))]

  for (const secret of texts) {
    it(`shows no part of a secret, wherever it is cut (${JSON.stringify(secret.slice(0, 12))}…)`, () => {
      const text = `start ${secret}\nend\n`
      const redactor = createRedactor(hostEnv)
      assert.match(redactor.redact(text), /\[secret\]/)
      for (let cut = 0; cut <= text.length; cut++) {
        const stream = redactor.stream()
        const shown = stream.push(text.slice(0, cut)) + stream.push(text.slice(cut)) + stream.end()
        assert.equal(shown, redactor.redact(text))
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
