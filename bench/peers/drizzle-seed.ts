import { drizzle } from 'drizzle-orm/node-postgres'
import { bigint, integer, numeric, pgSchema } from 'drizzle-orm/pg-core'
import { drizzle as drizzleProxy } from 'drizzle-orm/pg-proxy'
import { seed } from 'drizzle-seed'
import { connect } from '../../src/database/postgres/connect.js'
import type { ConnectionOptions } from '../../src/database/connection/connection.js'

const money = () => numeric({ precision: 7, scale: 2 })

function salesOf(schema: string) {
  return pgSchema(schema).table('store_sales_heap', {
    ss_id: bigint({ mode: 'number' }).primaryKey(),
    ss_sold_date_sk: integer(),
    ss_sold_time_sk: integer(),
    ss_item_sk: integer().notNull(),
    ss_customer_sk: integer(),
    ss_cdemo_sk: integer(),
    ss_hdemo_sk: integer(),
    ss_addr_sk: integer(),
    ss_store_sk: integer(),
    ss_promo_sk: integer(),
    ss_ticket_number: bigint({ mode: 'number' }).notNull(),
    ss_quantity: integer(),
    ss_wholesale_cost: money(),
    ss_list_price: money(),
    ss_sales_price: money(),
    ss_ext_discount_amt: money(),
    ss_ext_sales_price: money(),
    ss_ext_wholesale_cost: money(),
    ss_ext_list_price: money(),
    ss_ext_tax: money(),
    ss_coupon_amt: money(),
    ss_net_paid: money(),
    ss_net_paid_inc_tax: money(),
    ss_net_profit: money(),
  })
}

type Database = Parameters<typeof seed>[0]

async function fill(database: Database, schema: string, rows: number): Promise<void> {
  const sales = salesOf(schema)
  await seed(database, { sales }, { count: rows, seed: 1 }).refine((f) => {
    const key = (most: number) => f.int({ minValue: 1, maxValue: most })
    const money = (most: number) => f.number({ minValue: 0, maxValue: most, precision: 100 })
    return {
      sales: {
        columns: {
          ss_id: f.intPrimaryKey(),
          ss_sold_date_sk: f.int({ minValue: 2_450_816, maxValue: 2_452_642 }),
          ss_sold_time_sk: key(86_399),
          ss_item_sk: key(18_000),
          ss_customer_sk: key(100_000),
          ss_cdemo_sk: key(1_920_800),
          ss_hdemo_sk: key(7_200),
          ss_addr_sk: key(50_000),
          ss_store_sk: key(12),
          ss_promo_sk: key(300),
          ss_ticket_number: key(1_000_000),
          ss_quantity: key(100),
          ss_wholesale_cost: money(100),
          ss_list_price: money(200),
          ss_sales_price: money(200),
          ss_ext_discount_amt: money(20_000),
          ss_ext_sales_price: money(20_000),
          ss_ext_wholesale_cost: money(10_000),
          ss_ext_list_price: money(20_000),
          ss_ext_tax: money(1_800),
          ss_coupon_amt: money(20_000),
          ss_net_paid: money(20_000),
          ss_net_paid_inc_tax: money(20_000),
          ss_net_profit: money(10_000),
        },
      },
    }
  })
}

export async function seedSales(connection: ConnectionOptions, rows: number): Promise<void> {
  const client = await connect(connection)
  try {
    await fill(drizzle({ client }), connection.schema, rows)
  } finally {
    await client.end()
  }
}

export async function makeSales(rows: number): Promise<void> {
  await fill(
    drizzleProxy(async () => ({ rows: [] })),
    'nowhere',
    rows,
  )
}
