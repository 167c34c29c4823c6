/** Writes out/licences.txt, which ships with the app, and the tables of THIRD_PARTY_NOTICES.md: `npm run licences`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { licenceTexts } from './package/licences.ts'
import { writeNotices } from './package/notices.ts'
import { root } from './package/root.ts'

mkdirSync(join(root, 'out'), { recursive: true })
writeFileSync(join(root, 'out', 'licences.txt'), licenceTexts(root))
const notices = join(root, 'THIRD_PARTY_NOTICES.md')
const text = writeNotices(readFileSync(notices, 'utf8'), root)
writeFileSync(notices, await format(text, { ...(await resolveConfig(notices)), filepath: notices }))
