import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['vitest-cloudberry-cdc/global-setup'],
    testTimeout: 60_000,
  },
})
