import { readEnvironment } from '../database/connection/environment.js'
import { passwordRedactor } from '../database/connection/redact.js'
import { type Asked, type CommandName, readCommandLine } from './command-line.js'
import { ddl } from './commands/ddl.js'
import { inspect } from './commands/inspect.js'
import { plan } from './commands/plan.js'
import { runStream } from './commands/run-stream.js'
import { verify } from './commands/verify.js'
import { exitCodeOf, messageOf, type CliHost, type Surroundings } from './host.js'
import { textCleaner } from './output/log-line.js'
import { type Answer, printAnswer } from './output/print.js'

/** The commands that write no stream. */
const looks: Readonly<
  Record<Exclude<CommandName, 'run' | 'audit'>, (asked: Asked, surroundings: Surroundings) => Promise<Answer>>
> = { plan, verify, inspect, ddl }

/** The command line: reads its arguments, runs a command, and returns the exit code. */
export async function run(argv: readonly string[], host: CliHost): Promise<number> {
  // A reader that goes away, as `| head` does, must not end the load: the log file has every line.
  host.stdout.on('error', () => undefined)
  host.stderr.on('error', () => undefined)
  let redact = passwordRedactor(host.env)
  const asked = readCommandLine(argv, {
    out: (text) => host.stdout.write(text),
    err: (text) => host.stderr.write(`${textCleaner(redact)(text).trimEnd()}\n`),
  })
  if ('exitCode' in asked) return asked.exitCode
  try {
    const environment = readEnvironment({ cwd: host.cwd(), env: host.env })
    redact = passwordRedactor(environment)
    if (asked.command === 'run' || asked.command === 'audit') return await runStream(asked, environment, host, redact)
    return await printAnswer(await looks[asked.command](asked, { environment, cwd: host.cwd(), host }), host, redact)
  } catch (error) {
    host.stderr.write(`error: ${textCleaner(redact)(messageOf(error))}\n`)
    return exitCodeOf(error)
  }
}
