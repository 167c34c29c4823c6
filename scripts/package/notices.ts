import { noticesTable, weightsTable } from './licences.ts'

/** Puts both tables between their marks in THIRD_PARTY_NOTICES.md; the words around them are people's. */
export function writeNotices(text: string, root: string): string {
  return fill(fill(text, 'packages', noticesTable(root)), 'weights', weightsTable(root))
}

function fill(text: string, mark: string, table: string): string {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`]
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`Expected the marks ${begin} and ${end}.`)
  return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`
}
