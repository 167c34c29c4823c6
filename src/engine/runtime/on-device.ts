import type { Prepare } from '../graph/prepare.ts'
import { Session, type SessionOptions } from './ort.ts'

/** Prepares graphs on one device. */
export function onDevice(options: Omit<SessionOptions, 'weights'>): Prepare {
  return (graph, weights) => Session.create(graph, weights ? { ...options, weights } : options)
}
