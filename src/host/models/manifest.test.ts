import { describe, expect, it } from 'vitest'
import { appPaths } from '../app-paths.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { downloadUrls, findModel, findNetwork, readManifest } from './manifest.ts'

const folder = temporaryFolder()
const manifest = await readManifest(appPaths().resources)

describe('the list of models', () => {
  it('means by a network the download recommended for it', () => {
    expect(findModel(manifest, 'vgg19').id).toBe('vgg19-keras')
    expect(findModel(manifest, 'vgg16').id).toBe('vgg16-keras')
  })

  it('finds a model by its own id, and the network of either', () => {
    expect(findModel(manifest, 'vgg19-torchvision').family).toBe('torchvision')
    expect(findNetwork(manifest, 'vgg19-torchvision')).toBe('vgg19')
    expect(findNetwork(manifest, 'vgg16')).toBe('vgg16')
  })

  it('says what there is where an id is unknown', () => {
    expect(() => findModel(manifest, 'resnet')).toThrow(
      /^There is no model "resnet"\. Choose one of vgg16, vgg19, .*\.$/,
    )
    expect(() => findNetwork(manifest, 'compact')).toThrow('There is no model "compact"')
  })

  it('puts a base URL in front of the published name of the file', () => {
    const entry = findModel(manifest, 'vgg19')
    expect(downloadUrls(entry, null)).toBe(entry.urls)
    const name = 'vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5'
    expect(downloadUrls(entry, 'https://mirror.example/a/')).toEqual([`https://mirror.example/a/${name}`])
    expect(downloadUrls(entry, 'HTTP://mirror.example:8080')).toEqual([`http://mirror.example:8080/${name}`])
  })

  it('has nothing to download of a model for import only, mirror or not', () => {
    expect(downloadUrls(findModel(manifest, 'vgg19-oxford-torch'), 'https://mirror.example')).toEqual([])
  })

  it.each(['{}', 'not JSON', '{"schema":1,"models":[{"id":"x"}]}'])(
    'that reads %s is a fault',
    async (text) => {
      folder.file('models.json', text)
      await expect(readManifest(folder.path)).rejects.toMatchObject({
        code: 'internal',
        hint: 'Reinstall Pastiche.',
      })
    },
  )
})
