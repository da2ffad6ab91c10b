/** Something that was reached, and how: `stream.ledger.at().rows()[0]`. */
export interface Reached {
  readonly path: string
  readonly value: object
}

/** How many steps away from the first object things are looked for. */
const DEPTH = 5
/** How many elements of what is iterated, and how many results of what is called, are looked at. */
const MOST = 3

/**
 * Everything that the holder of an object can reach from it: its properties, those of its classes, what its methods
 * return when they are called with each of the given arguments, and what that holds in turn.
 *
 * @param withheld methods of the first object that are not called: they act
 */
export async function reachFrom(
  name: string,
  root: object,
  calls: readonly (readonly unknown[])[],
  withheld: readonly PropertyKey[],
): Promise<Reached[]> {
  const reached: Reached[] = []
  const seen = new Set<unknown>()
  const byPath = new Map<string, number>()
  const visit = async (path: string, given: unknown, depth: number): Promise<void> => {
    const value = await settled(given)
    const found = byPath.get(path) ?? 0
    if (typeof value !== 'object' || value === null || seen.has(value) || found === MOST) return
    seen.add(value)
    byPath.set(path, found + 1)
    reached.push({ path, value })
    if (depth === DEPTH) return
    for (const element of await elementsOf(value)) await visit(`${path}[]`, element, depth + 1)
    if (Array.isArray(value)) return
    for (const member of membersOf(value)) {
      const held = attempt(() => Reflect.get(value, member) as unknown)
      const name = `${path}.${String(member)}`
      if (typeof held !== 'function') await visit(name, held, depth + 1)
      else if (value !== root || !withheld.includes(member)) {
        for (const args of calls) {
          await visit(
            `${name}()`,
            attempt(() => Reflect.apply(held, value, args) as unknown),
            depth + 1,
          )
        }
      }
    }
  }
  await visit(name, root, 0)
  return reached
}

/** Does to an object what its holder can do: overwrites, removes and adds properties, elements and entries. */
export function tamper(value: object): void {
  for (const key of Reflect.ownKeys(value)) {
    attempt(() => Reflect.set(value, key, 'tampered'))
    attempt(() => Reflect.deleteProperty(value, key))
  }
  attempt(() => Reflect.set(value, 'tampered', true))
  if (Array.isArray(value)) attempt(() => value.push('tampered'))
  if (value instanceof Date) value.setTime(0)
  if (value instanceof Map || value instanceof Set) value.clear()
  if (ArrayBuffer.isView(value)) new Uint8Array(value.buffer).fill(0)
}

/** The classes of ours that an object is of. */
export function classesOf(value: object): string[] {
  const classes: string[] = []
  for (let at = Reflect.getPrototypeOf(value); at && !isBuiltIn(at); at = Reflect.getPrototypeOf(at)) {
    const { constructor } = at as { readonly constructor?: unknown }
    if (Object.hasOwn(at, 'constructor') && typeof constructor === 'function') classes.push(constructor.name)
  }
  return classes
}

/** The names of all members, its classes' as well; not of those that every object has. */
function membersOf(value: object): PropertyKey[] {
  const members = new Set<PropertyKey>()
  for (let at: object | null = value; at && !isBuiltIn(at); at = Reflect.getPrototypeOf(at)) {
    for (const key of Reflect.ownKeys(at)) if (key !== 'constructor') members.add(key)
  }
  return [...members]
}

/** Whether an object is the prototype of a class that JavaScript comes with. */
function isBuiltIn(prototype: object): boolean {
  const { constructor } = prototype as { readonly constructor?: unknown }
  if (!Object.hasOwn(prototype, 'constructor')) return prototype === Reflect.getPrototypeOf([].values())
  return typeof constructor !== 'function' || Function.prototype.toString.call(constructor).includes('[native code]')
}

async function elementsOf(value: object): Promise<unknown[]> {
  const elements: unknown[] = []
  try {
    if (Symbol.asyncIterator in value) {
      for await (const element of value as AsyncIterable<unknown>) if (elements.push(element) === MOST) break
    } else if (Symbol.iterator in value) {
      for (const element of value as Iterable<unknown>) if (elements.push(element) === MOST) break
    }
  } catch {
    // Asked with arguments that do not fit.
  }
  return elements
}

/** What a promise has resolved to by now. */
async function settled(value: unknown): Promise<unknown> {
  if (!(value instanceof Promise)) return value
  return Promise.race([value.catch(() => undefined), Promise.resolve()])
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
