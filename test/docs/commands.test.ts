import { access, chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'
import { type CliResult, runCli, startCli, useFolder } from '../cli/support/cli-process.js'
import { addressOf, useTables } from '../cli/support/database.js'
import { argumentsOf, documentedCommands } from './support/documented-commands.js'

const regions = await documentedCommands()
const ours = regions.filter(({ commands }) => commands.some(argumentsOf))

/** Commands of other programs, and what runs them. */
const elsewhere: Readonly<Record<string, string>> = {
  'npm ci && npm start': 'test/cli/npm-start.test.ts',
  'npm ci && npm test': '.ci/run',
  'mkdir moving-tables && cd moving-tables': '.ci/packed/quick-start.mjs',
  'npm init --yes && npm pkg set type=module': '.ci/packed/quick-start.mjs',
  'npm install --save-dev vitest-cloudberry-cdc vitest pg': '.ci/packed/quick-start.mjs',
  'npx vitest run': '.ci/packed/quick-start.mjs',
  'npm install --save-dev fast-check@4': 'package.json',
  'npm install --save-dev @testcontainers/postgresql@11': 'package.json',
  'npx vitest run --reporter=default --reporter=vitest-cloudberry-cdc/reporter': 'test/fixtures/reporter.test.ts',
  'CDC_MUTATE=1 npx vitest run --testTimeout=120000': 'test/fixtures/mutate.test.ts',
}

/** The same with few batches, one after the other, on a port that is free, with a token and a sink that there are: the tables themselves. */
function shortened(args: readonly string[], token: string | undefined, sink: string): string[] {
  const isPaced = args.some((arg) =>
    ['--rate', '--schedule', '--batch-interval', '--help', '--version', 'ddl'].includes(arg),
  )
  const isEndless = ['--continuous', '--total-batches', 'replay', '--resume', '--help', '--version', 'ddl'].some(
    (arg) => args.includes(arg),
  )
  const isAudit = args[0] === 'audit'
  const changed = args.map((arg, index) => {
    const option = args[index - 1]
    if (option === '--sink') return sink
    if (option === '--total-batches') return '4'
    if (option === '--batch-interval') return '0'
    if (option === '--metrics-port') return '0'
    return arg.startsWith('eyJ') ? (token ?? arg) : arg
  })
  return [
    ...changed,
    ...(isEndless ? [] : ['--total-batches', '4']),
    ...(isPaced ? [] : ['--batch-interval', isAudit ? '0.2' : '0']),
  ]
}

async function runShortly(args: readonly string[], connection: ConnectionOptions, cwd: string): Promise<CliResult> {
  if (!args.includes('--continuous')) return runCli({ args, connection, cwd })
  const running = await startCli({ args, connection, cwd })
  await running.printed(/Batch 2 committed/)
  running.child.kill('SIGINT')
  return running.result
}

test.for(ours)('the commands of `$region` run', async ({ commands }) => {
  const cwd = await useFolder()
  await chmod(cwd, 0o711) // the embedded server is not root
  let { connection } = await useTables()
  let token: string | undefined
  for (const command of commands) {
    const args = shortened(argumentsOf(command) ?? [], token, addressOf(connection))
    if (args.includes('replay') || args.includes('--create-tables')) ({ connection } = await useTables())
    const { code, stdout, stderr } = await runShortly(args, connection, cwd)
    // A slow machine may be warned of lag, on standard error.
    const [error] = /^error: .*| - ERROR - .*/m.exec(stderr) ?? []
    expect({ command, code, error }).toEqual({ command, code: args.includes('--continuous') ? 130 : 0 })
    expect(stdout).toMatch(
      /Summary: \d+ batches|"commits":4|"type":"insert"|^Usage: cloudberry-cdc|^COMMIT;$|^\d+\.\d+\.\d+\n$/m,
    )
    token ??= /token ([\w-]+)/.exec(stdout)?.[1]
    const named = args.filter((_, index) =>
      ['--events', '--report', '--record', '--log-file'].includes(args[index - 1]!),
    )
    for (const file of named.filter((name) => name !== '-')) await access(join(cwd, file))
  }
})

test.for(regions.flatMap(({ commands }) => commands.filter((command) => !argumentsOf(command))))(
  '`%s` is run elsewhere',
  async (command) => {
    const path = elsewhere[command]
    expect(path, command).toBeDefined()
    await readFile(new URL(`../../${path}`, import.meta.url))
  },
)
