import {posix} from 'node:path'
import type {Finding} from 'conduct-cli/plugin'

/** What `go build` and `go vet` print: a place and a sentence, which goes on in lines that begin with a tab. */
export function parseComplaints(output: string, command: string, dir: string): readonly Finding[] {
  const findings: Finding[] = []
  for (const line of output.split(/\r?\n/)) {
    const last = findings.at(-1)
    if (/^\s+\S/.test(line) && last !== undefined)
      findings[findings.length - 1] = {...last, message: shorten(`${last.message} ${line.trim()}`)}
    else findings.push(...parseLine(line, command, dir))
  }
  return findings
}

function parseLine(line: string, command: string, dir: string): readonly Finding[] {
  const match = /^(?:vet: )?(?!\/)([^\s:][^:]*\.(?:go|mod|work|sum)):(\d+)(?::\d+)?: (.+)$/.exec(line)
  if (match) {
    const [, file = '', number = '', text = ''] = match
    return text === 'too many errors' ? [] : [{message: `${command}: ${plain(text)}`, file: posix.join(dir, file), line: Number(number)}]
  }
  const isNoise = /^(?:#|$|go: (?:downloading|finding|extracting|warning)|exit status|FAIL|too many errors)/.test(line)
  return isNoise || !/^(?:go|package|pattern|vet|can't|cannot)\b/.test(line) ? [] : [{message: `${command}: ${plain(line)}`}]
}

/** Without folders of this machine; Go before 1.21 calls the standard library by its folder. */
function plain(text: string): string {
  return shorten(text.replace(/ \((?:\/|[A-Z]:)[^)]*\)$/, '').replace(/ is not in GOROOT$/, ' is not in std'))
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text
}
