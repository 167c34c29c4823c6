import sharp from 'sharp'

/**
 * The one door to libvips. Its cache of recent operations would keep pixels and open files of every picture of a
 * long batch; nothing here reads the same picture twice in a row.
 */
sharp.cache(false)

export { sharp }
