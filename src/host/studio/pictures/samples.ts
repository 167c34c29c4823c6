import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { SamplePicture } from '../../../shared/contract/studio.ts'
import type { Tickets } from '../tickets.ts'
import { toPicture, type KnownPicture } from './known-picture.ts'

const entry = z.object({
  file: z.string().regex(/^[a-z0-9-]+\.jpg$/),
  title: z.string(),
  description: z.string(),
  widthPx: z.number().int(),
  heightPx: z.number().int(),
})
const list = z.object({ photos: z.array(entry), paintings: z.array(entry) })

export type Sample = KnownPicture & Pick<SamplePicture, 'title' | 'description' | 'kind'>

/** The pictures that ship with Pastiche; none where they are not there, as the rest works without them. */
export async function readSamples(resources: string): Promise<Sample[]> {
  const folder = join(resources, 'samples')
  try {
    const { photos, paintings } = list.parse(JSON.parse(await readFile(join(folder, 'samples.json'), 'utf8')))
    const read =
      (kind: Sample['kind']) =>
      async (sample: z.infer<typeof entry>): Promise<Sample> => {
        const { file, ...facts } = sample
        const path = join(folder, file)
        return { ...facts, path, name: facts.title, bytes: (await stat(path)).size, format: 'jpeg', kind }
      }
    return await Promise.all([...photos.map(read('photo')), ...paintings.map(read('painting'))])
  } catch {
    return []
  }
}

export function toSamplePicture(sample: Sample, tickets: Tickets): SamplePicture {
  const { title, description, kind } = sample
  return { ...toPicture(sample, tickets), title, description, kind }
}

/** A sample as any other picture. */
export function withoutWords({
  title: _,
  description: __,
  kind: ___,
  ...picture
}: Sample): Omit<Sample, 'title' | 'description' | 'kind'> {
  return picture
}
