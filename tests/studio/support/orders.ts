import { parameters } from '../../../src/shared/contract/parameters.ts'
import type { JobOrder } from '../../../src/host/studio/jobs/job-order.ts'

/** A job of a photo and a painting that need not exist. */
export function anOrder(changes: Partial<JobOrder> = {}): JobOrder {
  return {
    content: { path: '/photos/lake.jpg', name: 'lake.jpg' },
    styles: [
      {
        path: '/art/waves.png',
        name: 'waves.png',
        weight: 1,
        edit: { quarterTurns: 0, crop: null },
      },
    ],
    initPicture: null,
    parameters: parameters.parse({ steps: 10 }),
    device: 'cpu',
    weights: { path: null, origin: 'built-in', dataSha256: null },
    preset: null,
    ...changes,
  }
}
