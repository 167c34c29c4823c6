/** Milliseconds of each repeat, turn and turn about, so that a noisy moment meets all of them; the first turn only warms up. */
export async function takeTurns<Name extends string>(
  tasks: Readonly<Record<Name, () => Promise<unknown>>>,
  repeats: number,
  now: () => number = () => performance.now(),
): Promise<Record<Name, number[]>> {
  const names = Object.keys(tasks) as Name[]
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>
  for (let turn = 0; turn <= repeats; turn++)
    for (const name of names) {
      const startedMs = now()
      await tasks[name]()
      if (turn > 0) times[name].push(now() - startedMs)
    }
  return times
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}
