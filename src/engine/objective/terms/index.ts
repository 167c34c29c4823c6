import { content } from './content.ts'
import { style } from './style.ts'
import { variation } from './variation.ts'

/** Every term that an objective can have, in the order in which they are added up. */
export const terms = { content, style, variation }
