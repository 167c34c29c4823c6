/** Colours are linear-light sRGB triples, nominally in [0, 1]; names and hex codes are sRGB as on screen (IEC 61966-2-1). */

export type Colour = readonly [number, number, number]

export const clamp = (value: number, low = 0, high = 1): number =>
  value < low ? low : value > high ? high : value
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t
export const smoothstep = (from: number, to: number, value: number): number => {
  const t = clamp((value - from) / (to - from))
  return t * t * (3 - 2 * t)
}

export const toLinear = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4)
export const toDisplay = (value: number): number =>
  value <= 0.0031308 ? value * 12.92 : 1.055 * Math.pow(value, 1 / 2.4) - 0.055

const known = new Map<string, Colour>()

/** @param code - `#rrggbb`; remembered, so that a scene may name its colours where it uses them. */
export function hex(code: string): Colour {
  const found = known.get(code)
  if (found) return found
  const bits = Number.parseInt(code.slice(1), 16)
  const colour: Colour = [
    toLinear(((bits >> 16) & 255) / 255),
    toLinear(((bits >> 8) & 255) / 255),
    toLinear((bits & 255) / 255),
  ]
  known.set(code, colour)
  return colour
}

export const mixColour = (a: Colour, b: Colour, t: number): Colour => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
]
export const scaleColour = (a: Colour, s: number): Colour => [a[0] * s, a[1] * s, a[2] * s]
export const addColour = (a: Colour, b: Colour): Colour => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
export const luminance = (c: Colour): number => 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]

/** Linear sRGB to Oklab (Ottosson 2020): lightness, green-red, blue-yellow; differences look even to the eye. */
export function toOklab(c: Colour): Colour {
  const l = Math.cbrt(0.4122214708 * c[0] + 0.5363325363 * c[1] + 0.0514459929 * c[2])
  const m = Math.cbrt(0.2119034982 * c[0] + 0.6806995451 * c[1] + 0.1073969566 * c[2])
  const s = Math.cbrt(0.0883024619 * c[0] + 0.2817188376 * c[1] + 0.6299787005 * c[2])
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

/** The inverse of `toOklab`; colours outside sRGB come back with components below 0 or above 1. */
export function fromOklab([L, a, b]: Colour): Colour {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

/** Moves a colour in Oklab: lightness and colourfulness by factors, hue by an angle in radians. */
export function shiftColour(c: Colour, lightness: number, chroma: number, hueRad = 0): Colour {
  const [L, a, b] = toOklab(c)
  const cos = Math.cos(hueRad) * chroma
  const sin = Math.sin(hueRad) * chroma
  const [red, green, blue] = fromOklab([L * lightness, a * cos - b * sin, a * sin + b * cos])
  return [Math.max(0, red), Math.max(0, green), Math.max(0, blue)]
}

export interface Stop {
  readonly at: number
  readonly colour: Colour
}

/** A gradient over stops in rising order, mixed in Oklab so that the way between two hues stays clean. */
export function createGradient(stops: readonly (readonly [number, string])[]): (t: number) => Colour {
  const sizeSteps = 256
  const first = stops[0]![0]
  const last = stops[stops.length - 1]![0]
  const labs = stops.map(([, code]) => toOklab(hex(code)))
  const table: Colour[] = []
  for (let step = 0; step <= sizeSteps; step++) {
    const t = first + ((last - first) * step) / sizeSteps
    let i = 0
    while (i < stops.length - 2 && t > stops[i + 1]![0]) i++
    const share = clamp((t - stops[i]![0]) / (stops[i + 1]![0] - stops[i]![0]))
    const [r, g, b] = fromOklab(mixColour(labs[i]!, labs[i + 1]!, share))
    table.push([Math.max(0, r), Math.max(0, g), Math.max(0, b)])
  }
  return (t) => {
    const place = clamp((t - first) / (last - first)) * sizeSteps
    const i = Math.min(sizeSteps - 1, Math.floor(place))
    return mixColour(table[i]!, table[i + 1]!, place - i)
  }
}
