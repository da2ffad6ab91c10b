import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import { OptionsError } from '../errors.js'
import type { ChangeScript, ScriptHeader, ScriptRun } from '../plan/script/change-script.js'

const lineSchema = z.object({ commit: z.int(), runs: z.array(z.unknown()) })

/**
 * Reads a file that `record` wrote. A last line that is cut off is left out: its batch was never sent. Whether the
 * changes make sense is checked where the script is used.
 *
 * @throws OptionsError when the file cannot be read, or is no record
 */
export async function readScript(file: string): Promise<ChangeScript> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw new OptionsError(`Expected to be able to read \`${file}\`, got ${(cause as Error).message}.`, { cause })
  }
  const lines = text.split('\n').slice(0, -1)
  const [header, ...batches] = lines.map((line, index) => parseLine(line, index, file))
  if (header === undefined) throw refuse(file, 1)
  return { ...(header as ScriptHeader), batches: batches.map((batch, index) => parseBatch(batch, index, file)) }
}

function parseBatch(value: object, index: number, file: string): readonly ScriptRun[] {
  const batch = lineSchema.safeParse(value)
  if (!batch.success || batch.data.commit !== index + 1) throw refuse(file, index + 2)
  return batch.data.runs as ScriptRun[]
}

function parseLine(line: string, index: number, file: string): object {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Told below.
  }
  throw refuse(file, index + 1)
}

function refuse(file: string, line: number): OptionsError {
  return new OptionsError(`Expected \`${file}\` to be a file that --record wrote, got something else in line ${line}.`)
}
