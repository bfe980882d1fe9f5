/**
 * Every test but those of the npm package and of the executable (`npm run test:pack`, `npm run test:binary`). A file of options has none
 * of those that it does not name: mocha knows no `extends`.
 */
module.exports = {
  ...require('./.mocharc.json'),
  spec: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'plugins/*/test/**/*.test.ts'],
  ignore: ['**/node_modules/**', 'test/executable/**', 'test/pack/**'],
}
