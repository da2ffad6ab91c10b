import { expect, test } from 'vitest'
import { comparedParameters } from '../../../src/wire/damage/compared-parameters.js'

test.each([
  ['SELECT * FROM t WHERE a > $1', [1]],
  ['SELECT * FROM t WHERE $2 <= a AND b<>$1', [1, 2]],
  ['SELECT * FROM t WHERE a = $1::int8', [1]],
  ['SELECT * FROM t WHERE $1::int8 = a', [1]],
  ['SELECT * FROM t WHERE a BETWEEN $1 AND $2', [1, 2]],
  ['DELETE FROM t WHERE a between symmetric $3 and $4', [3, 4]],
  ['UPDATE t SET a = $1, b = $2 WHERE id = $3', [3]],
  ['UPDATE t SET a = $1 WHERE id = $2 RETURNING a', [2]],
  ['INSERT INTO t VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET a = $3 WHERE t.a < $4', [4]],
  ['SELECT * FROM t JOIN u ON t.id = $1 AND u.id = $2', [1, 2]],
  ['SELECT count(*) FILTER (WHERE a = $1) FROM t GROUP BY b HAVING sum(a) >= $2', [1, 2]],
  ['SELECT CASE WHEN a = $1 THEN $2 END FROM t', [1]],
  ['SELECT a -> $1, a ->> $2, a #> $3 FROM t', []],
  ['SELECT * FROM t WHERE a @> $1 AND b <@ $2 AND c ~ $3', []],
  ['SELECT f(a => $1)', []],
  ['SELECT * FROM t LIMIT $1 OFFSET $2', []],
  ["SELECT * FROM t WHERE a = '> $1' AND b > $2", [2]],
  ['SELECT * FROM t WHERE a > /* $1 */ $2 -- = $3', [2]],
  ['SELECT * FROM t WHERE "a > $1" > $2', [2]],
  ['SELECT $tag$ WHERE a = $1 $tag$ FROM t WHERE a = $2', [2]],
  ['SELECT * FROM t WHERE a > $12', [12]],
  ['', []],
])('%s', (sql, parameters) => {
  expect(comparedParameters(sql)).toEqual(parameters)
})
