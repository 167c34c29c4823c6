import { pictureEndings, pictureMimeTypes } from '../../shared/picture-kinds.ts'

/** File types that the page's file dialog offers first. */
export const acceptedFiles = {
  // Few systems know all of these types, and few all of these endings.
  picture: [...pictureMimeTypes, ...pictureEndings.map((ending) => `.${ending}`)].join(','),
  preset: '.pastiche,application/json',
  weights: '.h5,.hdf5,.keras,.safetensors,.pth,.pt,.onnx',
} as const

/** The browser's own file dialog; nothing where it was closed. Only after a click or a key. */
export function chooseFiles(what: keyof typeof acceptedFiles, multiple: boolean): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.accept = acceptedFiles[what]
    input.multiple = multiple
    input.addEventListener('change', () => resolve([...(input.files ?? [])]))
    input.addEventListener('cancel', () => resolve([]))
    input.click()
  })
}
