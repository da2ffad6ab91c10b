import { defineConfig, type ViteUserConfig } from 'vitest/config'

const report = process.env['CDC_TEST_REPORT']

/** What is to be seen on a cluster: `npm run test:cluster`, which says where it is. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/cluster/*.test.ts'],
    globalSetup: ['test/cluster/global-setup.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
