/** All that needs the protocol, in one file of the built plugin: it is loaded by those alone who use it. */
export {runAttempt} from './attempt.ts'
export {probeAgent} from './probe.ts'
