/** "1.00 · 50 %": a weight, and what share of the style that is. */
export function weightText(weight: number, styles: readonly { readonly weight: number }[]): string {
  const sum = styles.reduce((total, style) => total + style.weight, 0)
  const share = sum === 0 ? 0 : Math.round((weight / sum) * 100)
  return `${weight.toFixed(2)} · ${share} %`
}
