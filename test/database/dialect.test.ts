import { expect, test } from 'vitest'
import { detectDialect, parseVersion } from '../../src/database/postgres/detect-dialect.js'
import { dialects } from '../../src/database/dialects.js'
import { useClient } from '../support/server.js'

test('knows PostgreSQL', async () => {
  expect(await detectDialect(await useClient())).toEqual({
    name: 'postgres',
    version: expect.stringMatching(/^PostgreSQL 14\.\d+$/),
    segments: 0,
    tableLocks: false,
  })
})

// As the servers answer; see the issues and images of apache/cloudberry.
test.for([
  [
    'PostgreSQL 14.23 on x86_64-pc-linux-gnu, compiled by gcc (Debian 6.3.0) 6.3.0, 64-bit',
    'postgres',
    'PostgreSQL 14.23',
  ],
  ['PostgreSQL 16.4 (Debian 16.4-1.pgdg120+1) on x86_64-pc-linux-gnu, compiled by gcc', 'postgres', 'PostgreSQL 16.4'],
  [
    'PostgreSQL 14.4 (Apache Cloudberry 2.1.0-incubating) on x86_64-pc-linux-gnu, compiled by gcc',
    'cloudberry',
    'Apache Cloudberry 2.1.0-incubating',
  ],
  ['PostgreSQL 14.4 (Apache Cloudberry 2.1.1 build 118781)', 'cloudberry', 'Apache Cloudberry 2.1.1 build 118781'],
  [
    'PostgreSQL 14.4 (Cloudberry Database 1.0.0+344efe8 build dev) on aarch64',
    'cloudberry',
    'Cloudberry Database 1.0.0+344efe8 build dev',
  ],
  [
    'PostgreSQL 12.12 (Greenplum Database 7.1.0 build commit:e7c2b1f) on x86_64',
    'cloudberry',
    'Greenplum Database 7.1.0 build commit:e7c2b1f',
  ],
  ['', 'postgres', ''],
] as const)('takes %j for %s', ([text, name, version]) => {
  expect(parseVersion(text)).toEqual({ name, version })
})

test('sets nothing on PostgreSQL; on Cloudberry the planner, and no ANALYZE inside the load', () => {
  expect(dialects.postgres.writingSettings).toEqual({})
  expect(dialects.cloudberry.writingSettings).toEqual({ optimizer: 'off', gp_autostats_mode: 'none' })
  expect(dialects.postgres.findingSettings).toEqual({})
  expect(dialects.cloudberry.findingSettings).toEqual({ enable_seqscan: 'off' })
})
