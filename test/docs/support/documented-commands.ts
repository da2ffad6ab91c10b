import { readSource, regionsOf } from '../../../docs/scripts/region.js'

const COMMANDS = 'docs/snippets/commands.sh'

/** The commands of a region of docs/snippets/commands.sh, without their comments. */
export interface CommandRegion {
  readonly region: string
  readonly commands: readonly string[]
}

/** All commands of the documentation. */
export async function documentedCommands(): Promise<CommandRegion[]> {
  const regions = await regionsOf(COMMANDS)
  return Promise.all(
    regions.map(async (region) => {
      const lines = (await readSource(`${COMMANDS}#${region}`)).split('\n')
      return { region, commands: lines.map((line) => line.replace(/ +# .*$/, '')) }
    }),
  )
}

/** The arguments of a documented `cloudberry-cdc`, or undefined for another command. */
export function argumentsOf(command: string): string[] | undefined {
  const [first = ''] = command.split(' | ')
  const found = /^(?:npx cloudberry-cdc|npm run cli --)(?= |$)(.*)$/.exec(first)
  return found?.[1]?.split(' ').filter((word) => word !== '')
}
