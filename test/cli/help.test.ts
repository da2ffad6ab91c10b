import { Option } from 'commander'
import { expect, test } from 'vitest'
import { settingTable } from '../../src/cli/settings.js'
import { runCli } from './support/cli-process.js'
import { runHere } from './support/run-here.js'

test('the help lists every option with its variable', async () => {
  const { code, stdout, stderr } = await runCli({ args: ['--help'] })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const text = stdout.replaceAll(/\s+/g, ' ')
  for (const { flags, env } of Object.values(settingTable)) {
    expect(text).toContain(flags)
    expect(text).toMatch(new RegExp(`env: ${env}\\b`))
  }
})

test('every setting goes by the name that commander gives its option', () => {
  const names = Object.values(settingTable).map(({ flags }) => new Option(flags).attributeName())
  expect(names).toEqual(Object.keys(settingTable))
})

test('the version is that of the package', async () => {
  expect(await runHere(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
})
