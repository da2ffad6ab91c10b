import { faker } from '@faker-js/faker'

faker.seed(1)

const key = (max: number): number => faker.number.int({ min: 1, max })
const money = (max: number): string => faker.number.float({ min: 0, max, fractionDigits: 2 }).toFixed(2)

let id = 0

/** The values of a row of the shape of store_sales_heap, without any relation between them. */
export function makeSale(): readonly unknown[] {
  return [
    (id += 1),
    faker.number.int({ min: 2_450_816, max: 2_452_642 }),
    ...[86_399, 18_000, 100_000, 1_920_800, 7_200, 50_000, 12, 300, 1_000_000, 100].map(key),
    ...[100, 200, 200, 20_000, 20_000, 10_000, 20_000, 1_800, 20_000, 20_000, 20_000, 10_000].map(money),
  ]
}
