/** As Apache Arrow has a decimal: the words of its integer, the lowest first, with a text that knows no scale. */
class BigNum extends Uint32Array {
  override toString(): string {
    return 'unscaled'
  }
}

export function arrowWords(value: bigint, words: number): Uint32Array {
  return BigNum.from({ length: words }, (_, index) => Number(BigInt.asUintN(32, value >> BigInt(32 * index))))
}
