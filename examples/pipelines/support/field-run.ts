import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ByHand } from './by-hand.js'

/** What was run. */
export interface FieldTool {
  /** Its folder here. */
  readonly pipeline: string
  readonly tool: string
  readonly version: string
  readonly load: string
  /** What its documentation promises, in a few words. */
  readonly promises: string
}

/** What was seen, as docs/field-report.md has it. */
export interface FieldRun extends FieldTool {
  readonly verdict: string
  readonly because: string
  readonly commits: number
  readonly reads: number
  readonly anomalies: readonly string[]
  /** What SQL alone says at rest. */
  readonly byHand: ByHand
}

const FOLDER = join(import.meta.dirname, '..', '.runs')

/** Keeps a run for the report. */
export async function recordRun(run: FieldRun): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  const name = `${run.pipeline}-${run.tool}-${run.load}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  await writeFile(join(FOLDER, `${name}.json`), `${JSON.stringify(run, undefined, 2)}\n`)
}
