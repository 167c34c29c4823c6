/**
 * Eigenvalues of a symmetric matrix in float64: Householder's reduction to a tridiagonal matrix, then implicit QL
 * (Golub & Van Loan 2013, sections 8.3.1 and 8.3.3).
 *
 * @param matrix [size, size], row-major; overwritten
 * @returns the eigenvalues, in no particular order
 */
export function symmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  const { diagonal, offDiagonal } = tridiagonalise(matrix, size)
  implicitQl(diagonal, offDiagonal)
  return diagonal
}

interface Tridiagonal {
  readonly diagonal: Float64Array
  /** Entry i lies between rows i and i + 1; the last is 0. */
  readonly offDiagonal: Float64Array
}

function tridiagonalise(matrix: Float64Array, size: number): Tridiagonal {
  const offDiagonal = new Float64Array(size)
  const reflector = new Float64Array(size)
  const product = new Float64Array(size)
  for (let last = size - 1; last > 0; last--) {
    const row = matrix.subarray(last * size, last * size + last)
    const norm = Math.hypot(...row)
    const pivot = row[last - 1]!
    const image = pivot > 0 ? -norm : norm
    offDiagonal[last - 1] = image
    if (norm === 0) continue
    reflector.set(row)
    reflector[last - 1] = pivot - image
    // Half the squared length of the reflector.
    reflect(matrix, size, last, { reflector, product, half: norm * norm - pivot * image })
  }
  return { diagonal: Float64Array.from({ length: size }, (_, i) => matrix[i * (size + 1)]!), offDiagonal }
}

interface Reflection {
  readonly reflector: Float64Array
  readonly product: Float64Array
  readonly half: number
}

/** A ← H·A·H for the leading `count` rows, with H = I − u·uᵀ/half, as A − u·qᵀ − q·uᵀ. */
function reflect(matrix: Float64Array, size: number, count: number, reflection: Reflection): void {
  const { reflector: u, product: q, half } = reflection
  let projection = 0
  for (let i = 0; i < count; i++) {
    let sum = 0
    for (let j = 0; j < count; j++) sum += matrix[i * size + j]! * u[j]!
    q[i] = sum / half
    projection += q[i]! * u[i]!
  }
  const shift = projection / (2 * half)
  for (let i = 0; i < count; i++) q[i]! -= shift * u[i]!
  for (let i = 0; i < count; i++) {
    const [ui, qi] = [u[i]!, q[i]!]
    for (let j = 0; j < count; j++) matrix[i * size + j]! -= ui * q[j]! + qi * u[j]!
  }
}

const mostSweeps = 60

function implicitQl(d: Float64Array, e: Float64Array): void {
  for (let first = 0; first < d.length; first++) {
    for (let sweep = 0; ; sweep++) {
      const end = firstNegligible(d, e, first)
      if (end === first) break
      if (sweep === mostSweeps) throw new Error('The eigenvalues of the covariance did not converge.')
      qlSweep(d, e, first, end)
    }
  }
}

/** The first row from `first` on that no longer couples to the next one. */
function firstNegligible(d: Float64Array, e: Float64Array, first: number): number {
  for (let row = first; row < d.length - 1; row++)
    if (Math.abs(e[row]!) <= Number.EPSILON * (Math.abs(d[row]!) + Math.abs(d[row + 1]!))) return row
  return d.length - 1
}

/** One QL step with Wilkinson's shift on rows `first` to `end`. */
function qlSweep(d: Float64Array, e: Float64Array, first: number, end: number): void {
  const ratio = (d[first + 1]! - d[first]!) / (2 * e[first]!)
  const root = Math.hypot(ratio, 1)
  let g = d[end]! - d[first]! + e[first]! / (ratio + (ratio < 0 ? -root : root))
  let [sine, cosine, p] = [1, 1, 0]
  for (let i = end - 1; i >= first; i--) {
    const [f, b] = [sine * e[i]!, cosine * e[i]!]
    const r = Math.hypot(f, g)
    e[i + 1] = r
    if (r === 0) {
      d[i + 1]! -= p
      e[end] = 0
      return
    }
    sine = f / r
    cosine = g / r
    g = d[i + 1]! - p
    const t = (d[i]! - g) * sine + 2 * cosine * b
    p = sine * t
    d[i + 1] = g + p
    g = cosine * t - b
  }
  d[first]! -= p
  e[first] = g
  e[end] = 0
}
