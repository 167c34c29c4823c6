import { z } from 'zod'
import { resultId } from '../../../shared/contract/recipe.ts'
import { errorData } from '../../../shared/errors.ts'
import { defineDocument } from '../../../shared/documents/define-document.ts'
import { migrateFirstQueue } from '../../../shared/documents/first-edition.ts'
import { JsonFile, type JsonFileOptions } from '../../files/json-file.ts'
import { jobOrder } from './job-order.ts'

/** A job that is to be painted, is at work, or failed and can be painted again. */
export const savedJob = z.object({
  id: z.uuid(),
  order: jobOrder,
  status: z.discriminatedUnion('state', [
    /** `isToGoOn`: from where it was saved. */
    z.object({ state: z.literal('queued'), isToGoOn: z.boolean().default(false) }),
    /** `resultId`: where it is being painted. */
    z.object({ state: z.literal('atWork'), resultId: resultId.nullable() }),
    z.object({ state: z.literal('failed'), error: errorData, resultId: resultId.nullable() }),
  ]),
})
export type SavedJob = z.infer<typeof savedJob>

/** `queue.json`: the queue, so that it survives a restart. */
export const queueDocument = defineDocument({
  name: 'queue',
  schema: z.object({ jobs: z.array(savedJob) }),
  migrations: [migrateFirstQueue],
  collection: 'jobs',
})
export type QueueFile = JsonFile<{ jobs: SavedJob[] }>

export function queueFile(path: string, options: JsonFileOptions): QueueFile {
  return new JsonFile(path, queueDocument, options)
}
