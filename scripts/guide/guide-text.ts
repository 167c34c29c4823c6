import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { describeParameters } from './describe-parameters.ts'

const [begin, end] = ['<!-- parameters, from the schema: npm run guide -->', '<!-- /parameters -->']

/** The guide with its chapters about parameters as the schema has them now; the words around them are people's. */
export async function guideText(text: string, root: string): Promise<string> {
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`Expected the marks ${begin} and ${end} in the guide.`)
  const chapters = describeParameters(join(root, 'docs', 'images', 'guide'), 'images/guide')
  const file = join(root, 'docs', 'user-guide.md')
  const whole = `${text.slice(0, from + begin.length)}\n\n${chapters}\n\n${text.slice(to)}`
  return format(whole, { ...(await resolveConfig(file)), filepath: file })
}
