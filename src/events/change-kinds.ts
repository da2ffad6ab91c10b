import type { CapturedChange } from './captured-change.js'

type Kinds = ReadonlyMap<unknown, CapturedChange['kind']>

/** The kinds by the names that most formats have for them. */
export const namedKinds: Kinds = new Map([
  ['insert', 'insert'],
  ['update', 'update'],
  ['delete', 'delete'],
])

export const statementKinds: Kinds = new Map([...namedKinds].map(([name, kind]) => [String(name).toUpperCase(), kind]))

export const operationKinds: Kinds = new Map([
  ['c', 'insert'],
  ['r', 'read'],
  ['u', 'update'],
  ['d', 'delete'],
])
