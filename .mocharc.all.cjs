/** Every test. A file of options has none of those that it does not name: mocha knows no `extends`. */
module.exports = {
  ...require('./.mocharc.json'),
  spec: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'plugins/*/test/**/*.test.ts'],
  // The single executable has a run of its own: `npm run test:binary`.
  ignore: ['**/node_modules/**', 'test/executable/**'],
}
