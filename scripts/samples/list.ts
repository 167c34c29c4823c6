/** The list of samples that ships beside them: resources/samples/samples.json. */
import path from 'node:path'
import sharp from 'sharp'
import { pieces } from './pieces.ts'
import type { Piece } from './pieces.ts'

export interface Sample {
  readonly id: string
  readonly file: string
  readonly title: string
  readonly description: string
  readonly widthPx: number
  readonly heightPx: number
}

export interface SampleList {
  readonly schema: 1
  readonly photos: readonly Sample[]
  readonly paintings: readonly Sample[]
}

/** @param folder - where the rendered files lie; their sizes are read from them. */
export async function describeSamples(folder: string): Promise<SampleList> {
  const describe = async (piece: Piece): Promise<Sample> => {
    const file = `${piece.id}.jpg`
    const { width, height } = await sharp(path.join(folder, file)).metadata()
    const { id, title, description } = piece
    return { id, file, title, description, widthPx: width, heightPx: height }
  }
  const ofKind = (kind: Piece['kind']): Promise<Sample[]> =>
    Promise.all(pieces.filter((piece) => piece.kind === kind).map(describe))
  return { schema: 1, photos: await ofKind('photo'), paintings: await ofKind('painting') }
}
