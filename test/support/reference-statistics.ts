/** Figures of one column of TPC-DS at scale factor 1: `tpcds.md`, section 7. Money is in units of currency. */
export interface ReferenceColumn {
  readonly column: string
  readonly nulls: number
  readonly least: number
  readonly most: number
  readonly mean: number
  readonly deviation: number
  /** The values below which 1, 25, 50, 75 and 99 % of all lie. */
  readonly quantiles: readonly [number, number, number, number, number]
}

export const QUANTILES = [0.01, 0.25, 0.5, 0.75, 0.99] as const

/**
 * Left out: surrogate keys and ticket numbers (ours count from 1 in another order), `ss_ext_discount_amt` (TPC-DS
 * prints the coupon there; ours is the discount, by design section 4), `most` of `sr_return_quantity` (ours is at
 * most 99, so that the quantity sold can always change).
 */
const TABLE = `
ss_sold_date_sk      .0452 2450816 2452642 2451778  527.712  2450847/2451332/2451803/2452231/2452634
ss_sold_time_sk      .0450 28800   75599   51713.8  12721.2  29694/40106/51015/63317/74720
ss_item_sk           0     1       18000   8999.19  5196.18  179/4500/8998/13498/17821
ss_customer_sk       .0450 1       100000  49969.3  28829    994/25042/50033/74934/99014
ss_cdemo_sk          .0450 1       1920800 961371   555440   19091/478629/962427/1443556/1901646
ss_hdemo_sk          .0451 1       7200    3594.27  2079.49  74/1798/3592/5398/7128
ss_addr_sk           .0451 1       50000   24992.9  14450.5  497/12472/24963/37540/49502
ss_store_sk          .0451 1       10      5.33871  3.24888  1/2/7/8/10
ss_promo_sk          .0450 1       300     150.492  86.6196  3/75/150/226/298
ss_quantity          .0451 1       100     50.5175  28.8725  2/26/51/76/99
ss_wholesale_cost    .0451 1       100     50.5088  28.6051  1.97/25.73/50.53/75.3/99.02
ss_list_price        .0451 1       200     75.7522  46.1171  2.85/37.09/72.78/109.17/180.81
ss_sales_price       .0450 0       200     37.8924  34.6544  0.02/10.08/27.62/56.85/143.68
ss_ext_sales_price   .0452 0       20000   1914.57  2296.03  0.26/306.45/1040.74/2677.68/10358.7
ss_ext_wholesale_cost .0451 1      10000   2550.85  2212.67  32.12/721.98/1920.04/3884.16/8680.32
ss_ext_list_price    .0451 1       20000   3826.15  3462.65  46.2/1048.59/2802.56/5721.6/14406.8
ss_ext_tax           .0453 0       1800    77.552   126.838  0/4.48/26.67/93.09/614.08
ss_coupon_amt        .0451 0       20000   191.325  749.329  0/0/0/0/3903.5
ss_net_paid          .0449 0       20000   1723.58  2187.02  0/236.06/865.2/2367/9985.83
ss_net_paid_inc_tax  .0451 0       21800   1801.48  2287.04  0/246.48/903.88/2473.38/10445.8
ss_net_profit        .0452 -10000  10000   -827.632 1747.8   -6524.98/-1472.68/-374.36/9.42/3352.58
sr_returned_date_sk  .0348 2450820 2452822 2451870.6 529.477 2450926/2451424/2451890/2452320/2452767
sr_return_time_sk    .0346 28799   61199   44983.3  9355.42  29114/36869/45012/53077/60879
sr_item_sk           0     1       18000   8988.87  5194.02  175/4483/8999/13478/17821
sr_customer_sk       .0348 1       100000  49979.6  28831.3  990/25009/50107/74875/98988
sr_cdemo_sk          .0344 1       1920800 959100   555000   18765/476914/959282/1439703/1901155
sr_hdemo_sk          .0352 1       7200    3598.6   2076.68  73/1801/3595/5401/7127
sr_addr_sk           .0355 1       50000   25004.9  14434.9  501/12502/24957/37524/49491
sr_store_sk          .0350 1       10      5.33581  3.25123  1/2/4/8/10
sr_reason_sk         .0347 1       35      18.0136  10.0897  1/9/18/27/35
sr_return_quantity   .0350 1       100     25.7866  22.1481  1/7/19/39/87
sr_return_amt        .0349 0       20000   978.418  1452.23  0/104.94/402.5/1219.8/6974.79
sr_return_tax        .0354 0       1800    44.0584  82.5076  0/2.05/12.35/47.34/407.68
sr_return_amt_inc_tax .0346 0      21800   1022.8   1517.46  0.04/109.64/421.26/1278.01/7300.77
sr_fee               .0350 0.5     100     50.2729  28.7122  1.48/25.43/50.23/75.16/98.99
sr_return_ship_cost  .0343 0       10000   487.609  724.37   0/51.22/199.64/611.1/3469.5
sr_refunded_cash     .0349 0       20000   488.275  889.644  0/32.9/148.94/530.25/4395.24
sr_reversed_charge   .0349 0       20000   248.553  537.206  0/10.88/56.38/233.28/2660.56
sr_store_credit      .0351 0       20000   240.932  524.127  0/10.15/54.47/225.82/2597.41
sr_net_loss          .0347 0.5     11900   581.911  769.588  19.03/117.73/280.56/723.09/3722.5
`

export const referenceColumns: readonly ReferenceColumn[] = TABLE.trim()
  .split('\n')
  .map((line) => {
    const [column, nulls, least, most, mean, deviation, quantiles] = line.split(/\s+/)
    return {
      column: column!,
      nulls: Number(nulls),
      least: Number(least),
      most: Number(most),
      mean: Number(mean),
      deviation: Number(deviation),
      quantiles: quantiles!.split('/').map(Number) as [number, number, number, number, number],
    }
  })
