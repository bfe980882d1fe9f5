const {join} = require('node:path')

// Read by test/support/executable.ts, in this process and those that mocha starts.
process.env.CONDUCT_TEST_BINARY ??= join(__dirname, 'dist/conduct')

/** What the single executable does by itself, and those end-to-end tests that touch what may differ in it. */
module.exports = {
  ...require('./.mocharc.json'),
  timeout: 120_000,
  spec: ['test/executable/**/*.test.ts', ...['commands', 'plugins'].map((name) => `test/e2e/${name}.test.ts`), 'test/mcp/stdio.test.ts'],
}
