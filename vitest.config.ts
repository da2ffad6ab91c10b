import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { slow } from './vitest.slow.config.js'

// `.ci/run` counts tests from this file, so that the test command itself stays the one that the README gives.
const report = process.env['CDC_TEST_REPORT']

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need a cluster, a Docker engine, Chromium, many drivers, feeds, clients, a DOM, the pages of Vitest or a pooler (`npm run test:cluster`,
    // `test:containers`, `test:browser`, `test:drivers`, `test:feeds`, `test:clients`, `test:dom`, `test:ui`, `test:poolers`), or are
    // the documentation's (`test:docs`).
    exclude: [
      'test/{cluster,container,browser,clients,dom,drivers,feeds,poolers,ui,vacuous}/**',
      '**/node_modules/**',
      ...slow,
    ],
    globalSetup: ['test/support/global-setup.ts'],
    // Most tests wait for a server or another process.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
