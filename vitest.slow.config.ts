import { defineConfig, type ViteUserConfig } from 'vitest/config'

const report = process.env['CDC_TEST_REPORT']

/** Tests that start, kill and attack many processes and servers: `npm run test:slow`. Apart, so that `npm test` stays short. */
export const slow: string[] = [
  'test/faults/**/*.test.ts',
  'test/safety/**/*.test.ts',
  'test/docs/commands.test.ts',
  'test/cli/{difference,events,interrupt,long-runs,metrics,npm-start,outage,refusal,replay,report,resume,shards}.test.ts',
  'test/stream/{agreement,during,hazards,lost-reads,overlap,own-locks,resume,script,shards,stop-while-away}.test.ts',
  'test/writer/{exactly-once,hazards-in-doubt,interference,segment-faults,session-limits}.test.ts',
  'test/fixtures/{evidence,explore,explore-edges,extensions,foreign-schema,in-describe,isolation,keep,life-and-death,lost-sessions,mutate,pace,replay,replication-slots,reporter,run-script,signals,strike}.test.ts',
  'test/mutate/many-mutants.test.ts',
  'test/inspect/draft-schemas.test.ts',
  'test/database/embedded/*.test.ts',
  'test/scale-out/run-four.test.ts',
]

const config: ViteUserConfig = defineConfig({
  test: {
    include: slow,
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 3,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
