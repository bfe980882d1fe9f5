import type {SuiteName, TaskEvent} from '../events.ts'
import {subjectKey, type OpenSuite} from './state.ts'

/** The test suites that are under way after one more event. Pure. */
export function reduceSuites(suites: readonly OpenSuite[], event: TaskEvent): readonly OpenSuite[] {
  switch (event.type) {
    case 'validation.started': {
      const {subject, round, at: startedAt} = event
      return [...without(suites, {subject}), {subject, round, isWaiting: false, startedAt}]
    }
    case 'baseline.started': {
      const {key, sha, script, at: startedAt} = event
      return [...without(suites, {baseline: key}), {baseline: {key, sha, script}, isWaiting: false, startedAt}]
    }
    case 'suite.waiting':
      return [...without(suites, event), {startedAt: event.at, ...findSuite(suites, event), isWaiting: true}]
    case 'suite.resumed':
      return suites.flatMap((suite) => (isNamed(suite, event) ? goOn(suite) : [suite]))
    case 'validation.finished':
      return without(suites, event)
    case 'baseline.recorded':
      return without(suites, {baseline: event.key})
    case 'runner.started':
    case 'runner.stopped':
      return []
    default:
      return suites
  }
}

/** What has said nothing of its beginning, such as a review, is known only while it waits. */
function findSuite(suites: readonly OpenSuite[], {subject, baseline}: SuiteName): Partial<OpenSuite> {
  return suites.find((suite) => isNamed(suite, {subject, baseline})) ?? (subject ? {subject} : {})
}

function goOn(suite: OpenSuite): readonly OpenSuite[] {
  return suite.round === undefined && !suite.baseline ? [] : [{...suite, isWaiting: false}]
}

function without(suites: readonly OpenSuite[], name: SuiteName): readonly OpenSuite[] {
  return suites.filter((suite) => !isNamed(suite, name))
}

function isNamed({subject, baseline}: OpenSuite, name: SuiteName): boolean {
  if (subject && name.subject) return subjectKey(subject) === subjectKey(name.subject)
  return baseline !== undefined && baseline.key === name.baseline
}
