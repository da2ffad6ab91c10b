/** A step on the way of events: takes those of one commit after the other, and gives what is delivered with them. */
export interface Delivery<E> {
  /** The events of the next commit go in; what is delivered then comes out. */
  next(events: readonly E[]): E[]
  /** What was still held back when the last commit is through. */
  rest(): E[]
}

/** Two steps, one behind the other. */
export function inSequence<E>(first: Delivery<E>, second: Delivery<E>): Delivery<E> {
  return {
    next: (events) => second.next(first.next(events)),
    rest: () => [...second.next(first.rest()), ...second.rest()],
  }
}
