import * as z from 'zod/mini'
import { OptionsError } from '../../errors.js'
import { type HazardOptions, resolveHazards } from '../../plan/mix/hazards.js'
import type { MixWeights } from '../../plan/mix/mix.js'
import { everywhere, option } from '../option.js'
import { readNumber, value } from '../values.js'

const weights = z.partial(z.strictObject({ insert: z.number(), update: z.number(), delete: z.number() }))
const share = z.number().check(z.gte(0), z.lte(1))
const hazardShares = z.partial(
  z.strictObject({ hotKeys: share, sameKeyChains: share, reinsert: share, noopUpdates: share, keyChange: z.unknown() }),
)

/** Which kinds of changes there are, and how many of each. */
export const mixOptions = {
  /**
   * The mix of changes: weights, or a number r from 0 to 0.5 for r/2 UPDATEs and r/2 DELETEs.
   * @default one or two UPDATEs and one or two DELETEs in every 800 changes
   */
  ratio: option({
    value: value<number | MixWeights>(
      z.union([z.number(), weights]),
      'a number, or weights { insert, update, delete }',
      readRatio,
    ),
    has: everywhere,
    carried: true,
    canonical: inOrder,
    command: {
      flags: '--ratio <mix>',
      variable: 'CDC_RATIO',
      help: 'weights INSERT/UPDATE/DELETE such as 70/20/10, or a number r from 0 to 0.5 for r/2 UPDATEs and r/2 DELETEs',
      shown: '1-2 UPDATEs and 1-2 DELETEs in every 800 changes',
      line: { text: ratioText, always: true },
    },
  }),
  /** What makes life hard for those who read the changes. @default none */
  hazards: option({
    value: value<HazardOptions>(
      hazardShares,
      'shares from 0 to 1 of hotKeys, sameKeyChains, reinsert and noopUpdates',
      readHazards,
    ),
    has: everywhere,
    carried: true,
    canonical: resolveHazards,
    command: {
      flags: '--hazards <list>',
      variable: 'CDC_HAZARDS',
      help: 'what makes life hard for readers of the changes, with shares from 0 to 1, such as hotKeys=0.5,sameKeyChains=0.1,reinsert=0.1,noopUpdates=0.1',
      shown: 'none',
      line: {
        text: (hazards = {}) =>
          Object.entries(hazards)
            .map(([name, of]) => `${name}=${of}`)
            .join(', '),
      },
    },
  }),
}

function inOrder(ratio: number | MixWeights): number | MixWeights {
  if (typeof ratio !== 'object') return ratio
  const kinds = ['insert', 'update', 'delete'] as const
  return Object.fromEntries(kinds.flatMap((kind) => (ratio[kind] === undefined ? [] : [[kind, ratio[kind]]])))
}

function ratioText(ratio: number | MixWeights | undefined): string {
  return `ratio=${typeof ratio === 'object' ? `${ratio.insert}/${ratio.update}/${ratio.delete}` : (ratio ?? 'default')}`
}

/** Reads `70/20/10`, the weights of INSERT, UPDATE and DELETE, or one number, the share of UPDATEs and DELETEs. */
function readRatio(text: string, name: string): number | MixWeights {
  const parts = text.split('/')
  const read = (part: string): number => {
    try {
      return readNumber('70')(part, name)
    } catch {
      throw malformedRatio(text, name)
    }
  }
  if (parts.length === 1) return read(text)
  const [insert, update, remove] = parts.map(read)
  if (parts.length !== 3 || insert === undefined || update === undefined || remove === undefined) {
    throw malformedRatio(text, name)
  }
  return { insert, update, delete: remove }
}

function malformedRatio(text: string, name: string): OptionsError {
  return new OptionsError(
    `Expected ${name} to be weights INSERT/UPDATE/DELETE such as 70/20/10, or a number from 0 to 0.5, got \`${text}\`.`,
  )
}

/** Reads `hotKeys=0.5,reinsert=0.1`. Which hazards there are, and how much of them, is checked with the other options. */
function readHazards(text: string, name: string): Readonly<Record<string, number>> {
  const pairs = text.split(',').map((part) => {
    const [hazard = '', share, ...others] = part.split('=').map((word) => word.trim())
    if (hazard !== '' && share !== undefined && others.length === 0) {
      return [hazard, readNumber('0.5')(share, `${hazard} of ${name}`)] as const
    }
    throw new OptionsError(
      `Expected ${name} to be hazards with shares such as hotKeys=0.5,reinsert=0.1, got \`${text}\`.`,
    )
  })
  return Object.fromEntries(pairs)
}
