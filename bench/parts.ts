import type { ConnectionOptions } from '../src/database/connection/connection.js'
import { applying } from './applying/applying.js'
import { applyingToMysql } from './applying-to-mysql.js'
import { checking } from './checking.js'
import { exploring } from './exploring.js'
import { finding } from './finding.js'
import { growing } from './growing.js'
import { importing } from './importing.js'
import { keys } from './keys.js'
import { making } from './making/making.js'
import { memory } from './memory.js'
import { mutating } from './mutating.js'
import { notDisturbing } from './not-disturbing.js'
import { pacing } from './pacing.js'
import { querying } from './querying.js'
import { schemaCost } from './schema-cost.js'
import { starting } from './starting/starting.js'
import type { Effort } from './support/effort.js'
import type { PartResult } from './support/result.js'
import { typing } from './typing.js'
import { wire } from './wire.js'

/** A part of the suite. */
export type Part = (server: ConnectionOptions, effort: Effort) => Promise<PartResult>

/** By name, in the order in which they run and are shown. */
export const parts: ReadonlyMap<string, Part> = new Map<string, Part>([
  ['applying', applying],
  ['applying-to-mysql', applyingToMysql],
  ['making', making],
  ['checking', checking],
  ['starting', starting],
  ['importing', importing],
  ['schema', schemaCost],
  ['not-disturbing', notDisturbing],
  ['pacing', pacing],
  ['growing', growing],
  ['finding', finding],
  ['keys', keys],
  ['typing', typing],
  ['wire', wire],
  ['exploring', exploring],
  ['mutating', mutating],
  ['querying', querying],
  ['memory', memory],
])
