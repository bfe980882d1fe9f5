/** The tests every agent backend must pass: those that plugin authors have. */
export {agentContract, type AgentUnderTest, type Scenario} from '../../src/plugin-testing.ts'
