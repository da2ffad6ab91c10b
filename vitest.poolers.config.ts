import { defineConfig, type ViteUserConfig } from 'vitest/config'

const report = process.env['CDC_TEST_REPORT']

/** A connection pooler before the server: `npm run test:poolers`. Apart, because it has to be installed. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/poolers/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
