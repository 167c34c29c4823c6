import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { appPaths } from '../../src/host/app-paths.ts'
import type { Options } from './options.ts'

export interface PictureFile {
  /** Name of the file, without its ending. */
  readonly name: string
  readonly path: string
}

export interface Pair {
  readonly name: string
  readonly photo: PictureFile
  readonly painting: PictureFile
}

interface Collection {
  readonly photos: readonly PictureFile[]
  readonly paintings: readonly PictureFile[]
}

const { packageRoot, resources } = appPaths()
export const sharedFolder = join(packageRoot, '..', 'shared')

/**
 * Every photo with every painting. Without a choice of either, the shared pictures and the samples are paired among
 * themselves.
 *
 * @param notice told once where the shared pictures are missing
 */
export function findPairs(
  { photos, paintings, only }: Pick<Options, 'photos' | 'paintings' | 'only'>,
  notice: (message: string) => void,
): readonly Pair[] {
  const collections = photos && paintings ? [] : standardCollections(notice)
  const chosen = photos ?? paintings
  const groups: readonly Collection[] = chosen
    ? [
        {
          photos: photos ? filesOf(photos) : collections.flatMap((collection) => collection.photos),
          paintings: paintings ? filesOf(paintings) : collections.flatMap(({ paintings }) => paintings),
        },
      ]
    : collections
  return groups
    .flatMap((group) =>
      group.photos.flatMap((photo) =>
        group.paintings.map((painting) => ({ name: `${photo.name}/${painting.name}`, photo, painting })),
      ),
    )
    .filter(({ name }) => name.includes(only))
}

function standardCollections(notice: (message: string) => void): Collection[] {
  const samples = filesOf([join(resources, 'samples')])
  const shipped = {
    photos: samples.filter(({ name }) => name.startsWith('photo-')),
    paintings: samples.filter(({ name }) => name.startsWith('painting-')),
  }
  const folder = join(sharedFolder, 'images')
  if (!existsSync(folder)) {
    notice(`${folder} is missing: only the samples that ship are painted.`)
    return [shipped]
  }
  const shared = {
    photos: filesOf([join(folder, 'photos')]),
    paintings: filesOf([join(folder, 'paintings')]),
  }
  return [shared, shipped]
}

const endings = ['.jpg', '.jpeg', '.png', '.webp', '.avif', '.tif', '.tiff']

/** Files, and the pictures in folders, in the order of their names. */
function filesOf(paths: readonly string[]): PictureFile[] {
  return paths
    .flatMap((path) => {
      if (!existsSync(path)) throw new Error(`${path} does not exist.`)
      if (!statSync(path).isDirectory()) return [path]
      return readdirSync(path)
        .filter((name) => endings.includes(extname(name).toLowerCase()))
        .sort()
        .map((name) => join(path, name))
    })
    .map((path) => ({ name: basename(path, extname(path)), path }))
}
