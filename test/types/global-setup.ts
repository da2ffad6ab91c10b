import { expectTypeOf } from 'vitest'
import type { TestProject } from 'vitest/node'
import globalSetup from 'vitest-cloudberry-cdc/global-setup'

expectTypeOf(globalSetup).toBeCallableWith({} as TestProject)
expectTypeOf(globalSetup).returns.resolves.toBeFunction()
