import { expect, test } from 'vitest'
import { readCommandLine } from '../../src/cli/command-line.js'
import { readSettings } from '../../src/cli/settings/read-settings.js'
import { optionsOf } from '../../src/options/option-table.js'
import { argumentsOf, documentedCommands } from './support/documented-commands.js'

const variableOf = new Map<string, string>(optionsOf('command').map(([name, { command }]) => [name, command!.variable]))

/** The same settings as variables. */
function asVariables(typed: Readonly<Record<string, string | boolean>>): Record<string, string> {
  const pairs = Object.entries(typed).map(([name, value]) => {
    const milliseconds = name === 'interval' ? String(Number(value) * 1000) : undefined
    return [variableOf.get(name), milliseconds ?? (typeof value === 'boolean' ? String(Number(value)) : value)]
  })
  return Object.fromEntries(pairs) as Record<string, string>
}

const seen = new Set<string>()
const commands = (await documentedCommands()).flatMap((region) => region.commands)
const ours = commands.filter((command) => argumentsOf(command) && !/--(help|version)/.test(command))

const shards = ['npx cloudberry-cdc --shard 2/4 --base 0 --seed 1', 'npx cloudberry-cdc plan --shards 4 --base 0']

test.for([...ours, ...shards])('%s: the same with variables', (command) => {
  const asked = readCommandLine(argumentsOf(command)!, { out: () => {}, err: () => {} })
  if (!('typed' in asked)) throw new Error(`Expected ${command} to be understood.`)
  for (const name of Object.keys(asked.typed)) seen.add(name)
  expect(readSettings({}, asVariables(asked.typed), asked.command)).toEqual(
    readSettings(asked.typed, {}, asked.command),
  )
})

test('every option was among them', () => {
  expect([...variableOf.keys()].filter((name) => !seen.has(name))).toEqual([])
})
