import { afterEach, COME, GONE } from '../src/coupon-totals.js'

/** Wrong: what is deleted stays in the totals. */
export const FORGETS_DELETE: readonly string[] = [
  ...afterEach('INSERT', 'NEW TABLE AS come', COME),
  ...afterEach('UPDATE', 'OLD TABLE AS gone NEW TABLE AS come', `${GONE} UNION ALL ${COME}`),
]

/** Wrong: adds the difference to the group as it is now. The group that a sale has left keeps it. */
export const FORGETS_OLD_GROUP: readonly string[] = [
  ...afterEach('INSERT', 'NEW TABLE AS come', COME),
  ...afterEach(
    'UPDATE',
    'OLD TABLE AS gone NEW TABLE AS come',
    `SELECT coalesce(come.ss_coupon_amt, 0) > 0 AS coupon, 0 AS sales, come.ss_quantity - gone.ss_quantity AS quantity
       FROM come JOIN gone USING (ss_id)`,
  ),
  ...afterEach('DELETE', 'OLD TABLE AS gone', GONE),
]
