const prefix = 'pastiche.'

/** A small choice about the window that this computer's browser keeps: which drawer is open, what was dismissed. */
export class Remembered<Value extends string = string> {
  readonly #key: string
  #value: Value

  /** @param fallback until something else was chosen */
  constructor(key: string, fallback: Value) {
    this.#key = prefix + key
    // Everything stored there was written here.
    this.#value = $state((read(this.#key) as Value | null) ?? fallback)
  }

  get value(): Value {
    return this.#value
  }

  set value(value: Value) {
    this.#value = value
    try {
      localStorage.setItem(this.#key, value)
    } catch {
      // Without storage it lasts until the window is closed.
    }
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
