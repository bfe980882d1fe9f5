/** A spec to start from. It has no problems, and shows every label that most specs need. */
export function specTemplate(): string {
  return TEMPLATE
}

const TEMPLATE = `# What to build

Say in a few sentences what this is for, and what must not change.

## Implementation Phases

### Phase 1: Foundation
- Describe one piece of work
- Describe another one

Modules: core
Test Command: npm test
Success Criteria:
- README.md exists
- All unit tests pass
Gotchas:
- Say what an agent would get wrong without being told

### Phase 2: Interface
- Modules of one phase are built side by side, each by its own agent

Modules: api, web
Depends On: Phase 1
Owns:
- api: src/api/**
- web: src/web/**

Test Command: npm test
Success Criteria:
- All tests pass
- The program prints its usage
  - check: npm start -- --help
`
