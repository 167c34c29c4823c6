/** Names that JavaScript itself asks every object for. */
const ownBusiness = new Set(['then', 'toJSON', 'constructor', 'prototype', 'default'])

/** A stand-in that has less than the real thing must say so, rather than give undefined and be believed. */
export function strict<T extends object>(name: string, object: T): T {
  return new Proxy(object, {
    get(target, key) {
      if (typeof key === 'string' && !(key in target) && !ownBusiness.has(key))
        throw new Error(`The stand-in of Electron has no ${name}.${key}.`)
      const value = Reflect.get(target, key) as unknown
      // Private fields belong to the object itself, not to what stands before it.
      return typeof value === 'function' && key !== 'constructor' ? (value.bind(target) as unknown) : value
    },
    set: (target, key, value) => Reflect.set(target, key, value),
  })
}
