import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** How a program is run. */
export interface ToolCall {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Kills it. */
  readonly signal: AbortSignal
  /** What it reads. */
  readonly input?: string
}

/** Runs a program to its end, and gives what it printed. It sees the variables that are given, and no others but the path. */
export async function runTool(
  command: string,
  args: readonly string[],
  { input = '', env = {}, ...call }: ToolCall,
): Promise<string> {
  const child = spawn(command, args, {
    ...call,
    killSignal: 'SIGKILL',
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'pipe',
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece: string) => (said += piece))
  child.stdin.on('error', () => {}).end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`Expected ${command} ${args.join(' ')} to end with 0, got ${code}:\n${said}`)
  return said
}
