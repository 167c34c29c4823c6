/**
 * Text of CHANGELOG.md about a version: the text below its heading, up to the next.
 *
 * @throws where it says nothing
 */
export function notesOf(changelog: string, version: string): string {
  const lines = changelog.split(/\r?\n/)
  const start = lines.findIndex((line) => line.startsWith(`## [${version}]`))
  const length = start < 0 ? 0 : lines.slice(start + 1).findIndex((line) => line.startsWith('## '))
  const text = lines
    .slice(start + 1, length < 0 ? undefined : start + 1 + length)
    .join('\n')
    .trim()
  if (start >= 0 && text !== '') return text
  throw new Error(`Expected CHANGELOG.md to have a section ## [${version}] with what is new, found none.`)
}

/**
 * The version that a tag names.
 *
 * @throws where that is not the version of package.json
 */
export function versionOfTag(tag: string, version: string): string {
  if (tag === `v${version}`) return version
  throw new Error(`Expected the tag v${version}, as package.json has it, received "${tag}".`)
}
