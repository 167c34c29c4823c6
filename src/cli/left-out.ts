import { basename, extname } from 'node:path'

/** A file that was found and is not painted. */
export interface LeftOut {
  readonly path: string
  readonly kind: 'no picture' | 'result' | 'repeat'
  /** One sentence. */
  readonly reason: string
}

/** So many are named; of more, their kinds are counted. */
const mostNamed = 10

/** Lists the files that were skipped, and why, for people. */
export function describeLeftOut(leftOut: readonly LeftOut[]): string[] {
  const of = (kind: LeftOut['kind']): LeftOut[] => leftOut.filter((one) => one.kind === kind)
  const [strangers, results, repeats] = [of('no picture'), of('result'), of('repeat')]
  return [
    ...(strangers.length > 0 ? [`${files(strangers.length)} left out:`, ...named(strangers)] : []),
    ...(results.length > 0
      ? [`${files(results.length)} left out as results of earlier runs. To paint one of them, name it.`]
      : []),
    ...(repeats.length > 0
      ? [`${files(repeats.length)} left out as repeats: another name of a picture that is painted already.`]
      : []),
  ]
}

function files(count: number): string {
  return count === 1 ? '1 file' : `${count} files`
}

function named(leftOut: readonly LeftOut[]): string[] {
  const shown = leftOut.slice(0, mostNamed).map(({ path, reason }) => `  ${basename(path)}: ${reason}`)
  const counts = new Map<string, number>()
  for (const { path } of leftOut.slice(mostNamed)) {
    const ending = extname(path).toLowerCase() || 'without an ending'
    counts.set(ending, (counts.get(ending) ?? 0) + 1)
  }
  const rest = [...counts].map(([ending, count]) => `${count} × ${ending}`)
  return rest.length === 0 ? shown : [...shown, `  and more: ${rest.join(', ')}`]
}
