import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RowSet } from '../../../src/plan/rows/row-set.js'
import { Random } from '../../../src/tables/random.js'
import { runs } from '../../support/arbitraries.js'

/** The live rows the slow way: the positions in order. */
class Model {
  readonly live: boolean[] = []

  get positions(): number[] {
    return this.live.flatMap((live, position) => (live ? [position] : []))
  }
}

/** Appends many positions, of which every so many is live. */
class Append implements fc.Command<Model, RowSet> {
  readonly #count: number
  readonly #every: number

  constructor(count: number, every: number) {
    this.#count = count
    this.#every = every
  }

  check(): boolean {
    return true
  }

  run(model: Model, rows: RowSet): void {
    for (let i = 0; i < this.#count; i++) {
      const live = this.#every > 0 && i % this.#every === 0
      model.live.push(live)
      if (this.#every > 0) rows.append(live)
    }
    if (this.#every === 0) rows.appendDead(this.#count)
    expect(rows.size).toBe(model.live.length)
  }

  toString(): string {
    return `append(${this.#count}, every ${this.#every})`
  }
}

/** Clears or sets the position at a part of the whole. */
class Flip implements fc.Command<Model, RowSet> {
  readonly #part: number

  constructor(part: number) {
    this.#part = part
  }

  check(model: Readonly<Model>): boolean {
    return model.live.length > 0
  }

  run(model: Model, rows: RowSet): void {
    const position = Math.floor(this.#part * model.live.length)
    if (model.live[position]) rows.clear(position)
    else rows.set(position)
    model.live[position] = !model.live[position]
    expect(rows.has(position)).toBe(model.live[position])
  }

  toString(): string {
    return `flip(${this.#part})`
  }
}

class Compare implements fc.Command<Model, RowSet> {
  check(): boolean {
    return true
  }

  run(model: Model, rows: RowSet): void {
    const { positions } = model
    expect(rows.count).toBe(positions.length)
    expect(positions.map((_, rank) => rows.select(rank))).toEqual(positions)
    expect(model.live.map((_, position) => rows.has(position))).toEqual(model.live)
    let before = 0
    const counts = model.live.map((live) => (live ? before++ : before))
    expect(model.live.map((_, position) => rows.countBefore(position))).toEqual(counts)
    expect([0, 1, 1e9].map((beyond) => rows.countBefore(model.live.length + beyond))).toEqual([before, before, before])
    expect(rows.has(model.live.length)).toBe(false)
    expect(rows.has(1e9)).toBe(false)
  }

  toString(): string {
    return 'compare()'
  }
}

const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const commands = fc.commands(
  [
    fc
      .tuple(fc.integer({ min: 1, max: 700 }), fc.constantFrom(0, 1, 2, 7, 300))
      .map(([count, every]) => new Append(count, every)),
    part.map((at) => new Flip(at)),
    fc.constant(new Compare()),
  ],
  { maxCommands: 40, size: 'max' },
)

test('knows the live rows as a naive model does', () => {
  const property = fc.property(commands, (commands) => {
    const [model, real] = [new Model(), new RowSet()]
    fc.modelRun(() => ({ model, real }), commands)
    new Compare().run(model, real)
  })
  fc.assert(property, runs(40))
})

test.for([1, 2, 17, 40_000])('finds any rank of 300,000 positions, one of %d live', (every) => {
  const rows = new RowSet()
  const random = new Random(every, 'test').at(1)
  const live = new Set<number>()
  for (let position = 0; position < 300_000; position++) {
    const isLive = random.below(every) === 0
    rows.append(isLive)
    if (isLive) live.add(position)
  }
  for (let i = 0; i < 5000; i++) {
    const position = random.below(300_000)
    if (live.delete(position)) rows.clear(position)
    else if (random.below(every) === 0) {
      live.add(position)
      rows.set(position)
    }
  }
  const positions = [...live].toSorted((a, b) => a - b)
  expect(rows.count).toBe(positions.length)
  expect(positions.filter((position, rank) => rows.select(rank) !== position)).toEqual([])
  expect(positions.filter((position) => !rows.has(position))).toEqual([])
})

test('finds the only live row wherever it is', () => {
  const rows = new RowSet()
  for (let position = 0; position < 130_000; position++) rows.append(false)
  for (const position of [0, 31, 32, 511, 512, 65_535, 65_536, 129_999]) {
    rows.set(position)
    expect(rows.select(0)).toBe(position)
    rows.clear(position)
    expect(rows.count).toBe(0)
  }
})
