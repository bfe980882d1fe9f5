const {partOf, sampleOf, testFiles} = require('./test/support/parts.cjs')

/** `3/8` in `CONDUCT_TEST_PART`: the third of eight parts that take about as long as each other. */
const [index, count] = (process.env.CONDUCT_TEST_PART ?? '1/1').split('/').map(Number)
const files = testFiles(__dirname)
const chosen = process.env.CONDUCT_TEST_FILES === 'sample' ? sampleOf(files) : files

/**
 * Every test, or a part of them, but those of the npm package and of the executable (`npm run test:pack`, `npm run test:binary`). A file
 * of options has none of those that it does not name: mocha knows no `extends`.
 */
module.exports = {...require('./.mocharc.json'), spec: partOf(chosen, index, count)}
