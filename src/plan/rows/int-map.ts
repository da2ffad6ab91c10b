/**
 * A map from integers ≥ 0 to integers, by open addressing with linear probing in typed arrays: a Map takes about four
 * times the memory.
 */
export class IntMap {
  /** Key + 1, or 0 where the slot is free. */
  #keys = new Int32Array(64)
  #values = new Int32Array(64)
  #used = 0

  /** 0 for keys that are not there. */
  get(key: number): number {
    const slot = this.#find(key)
    return this.#keys[slot] === 0 ? 0 : this.#values[slot]!
  }

  set(key: number, value: number): void {
    const slot = this.#find(key)
    this.#values[slot] = value
    if (this.#keys[slot] !== 0) return
    this.#keys[slot] = key + 1
    this.#used += 1
    if (this.#used * 3 > this.#keys.length * 2) this.#grow()
  }

  delete(key: number): void {
    let hole = this.#find(key)
    if (this.#keys[hole] === 0) return
    const mask = this.#keys.length - 1
    for (let slot = (hole + 1) & mask; this.#keys[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.#home(this.#keys[slot]! - 1)
      // An entry may move up into the hole unless its home lies behind the hole.
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue
      this.#keys[hole] = this.#keys[slot]!
      this.#values[hole] = this.#values[slot]!
      hole = slot
    }
    this.#keys[hole] = 0
    this.#used -= 1
  }

  #home(key: number): number {
    return Math.imul(key, 0x9e3779b1) >>> Math.clz32(this.#keys.length - 1)
  }

  #find(key: number): number {
    const mask = this.#keys.length - 1
    let slot = this.#home(key)
    while (this.#keys[slot] !== 0 && this.#keys[slot] !== key + 1) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values]
    this.#keys = new Int32Array(keys.length * 2)
    this.#values = new Int32Array(keys.length * 2)
    keys.forEach((entry, index) => {
      if (entry === 0) return
      const slot = this.#find(entry - 1)
      this.#keys[slot] = entry
      this.#values[slot] = values[index]!
    })
  }
}
