/** The tests that every plugin passes, published as `conduct-cli/plugin/testing`. */
export {agentContract} from './plugin-testing/agent-contract.ts'
export {validatorContract} from './plugin-testing/validator-contract.ts'
export type {AgentUnderTest, Files, Scenario, TestRunner, ValidatorUnderTest} from './plugin-testing/types.ts'
