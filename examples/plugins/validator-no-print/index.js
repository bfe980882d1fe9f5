/** @type {import('conduct-cli/plugin').Validator} */
export const validator = {
  name: 'no-print',
  contract: 1,
  applies: ({changedFiles}) => changedFiles.some(isSource),
  async run(input) {
    const files = input.changedFiles.filter(isSource)
    const findings = (await Promise.all(files.map((file) => check(input, file)))).flat()
    const evidence = `${files.length} changed files were read.`
    return {status: findings.length > 0 ? 'fail' : 'pass', executed: files.length, findings, evidence}
  },
}

/** @param {string} file */
function isSource(file) {
  return /\.[cm]?js$/.test(file)
}

/** @param {import('conduct-cli/plugin').ValidatorInput} input @param {string} file */
async function check({readText, addedLines}, file) {
  const [text = '', added] = await Promise.all([readText(file), addedLines(file)])
  const lines = text.split('\n').map((line, index) => ({line, number: index + 1}))
  const found = lines.filter(({line, number}) => added.has(number) && /^\s*console\.log\(/.test(line))
  return found.map(({number}) => ({message: 'Write to the log of the project instead of the console.', file, line: number}))
}

/** @param {import('conduct-cli/plugin').RegisterOptions} options */
export default async function register({addValidator}) {
  addValidator(validator)
}
