import { readSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { readToken } from '../options/token/read-token.js'
import type { ScriptHeader } from '../plan/script/change-script.js'

/** Bytes of a first line: the rows that stood in the tables before are in it. */
const MOST_HEADER = 64 * 1024 * 1024

/**
 * The bytes of a first line that says the same, in a file of a run that is resumed; 0 for any other. An older version may
 * have written the token of the plan in another form.
 */
export function lengthOfHeader(file: number, header: ScriptHeader): number {
  const buffer = Buffer.alloc(MOST_HEADER)
  const length = buffer.subarray(0, readSync(file, buffer, 0, MOST_HEADER, 0)).indexOf('\n')
  if (length < 0) return 0
  try {
    const found = JSON.parse(buffer.toString('utf8', 0, length)) as ScriptHeader
    return isDeepStrictEqual(byValue(found), byValue(header)) ? length + 1 : 0
  } catch {
    return 0
  }
}

/** Which rows there are is told by the lines that follow. */
function byValue({ plan, ...header }: ScriptHeader): object {
  if (plan === undefined) return header
  const { tables, ...content } = readToken(plan)
  return { ...header, plan: { ...content, tables: tables.map((table) => ({ ...table, identity: undefined })) } }
}
