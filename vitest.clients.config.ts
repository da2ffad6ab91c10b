import { defineConfig, type ViteUserConfig } from 'vitest/config'

const report = process.env['CDC_TEST_REPORT']

/** Clients of several languages over a wire: `npm run test:clients`, which installs them. Apart, so that `npm ci` stays lean. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/clients/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Java compiles its job each time.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
