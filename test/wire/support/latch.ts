/** A promise, and what resolves it. */
export function latch(): readonly [done: Promise<void>, release: () => void] {
  let release = (): void => {}
  const done = new Promise<void>((resolve) => (release = resolve))
  return [done, release]
}
