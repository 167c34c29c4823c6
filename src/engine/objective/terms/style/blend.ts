/** Mean and covariance of the style at one tap, over `positions` positions. */
export interface StyleMoments {
  readonly mean: Float32Array | Float64Array
  readonly covariance: Float32Array | Float64Array
  readonly positions: number
}

/**
 * Several style pictures as one: means and second moments are averaged by weight, so that a mixture is the statistic of a
 * picture that shows each style on its share of the area. In terms of covariances, and in float64, where nothing cancels:
 * μ = Σ wᵢ·μᵢ and Σ = Σ wᵢ·(Σᵢ + (μᵢ − μ)(μᵢ − μ)ᵀ).
 */
export function blendMoments(styles: readonly { moments: StyleMoments; weight: number }[]): StyleMoments {
  const total = styles.reduce((sum, { weight }) => sum + weight, 0)
  const channels = styles[0]!.moments.mean.length
  const mean = new Float64Array(channels)
  const covariance = new Float64Array(channels * channels)
  let positions = 0
  for (const { moments, weight } of styles) {
    moments.mean.forEach((value, c) => (mean[c]! += (weight / total) * value))
    positions += (weight / total) * moments.positions
  }
  for (const { moments, weight } of styles) {
    const offset = mean.map((value, c) => moments.mean[c]! - value)
    moments.covariance.forEach((value, i) => {
      const between = offset[Math.floor(i / channels)]! * offset[i % channels]!
      covariance[i]! += (weight / total) * (value + between)
    })
  }
  return { mean, covariance, positions }
}
