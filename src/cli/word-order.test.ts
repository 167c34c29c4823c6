import { describe, expect, it } from 'vitest'
import { createProgram } from './program.ts'
import { arrangeWords } from './word-order.ts'

interface Taken {
  readonly photos: readonly string[]
  readonly styles: readonly string[]
  readonly output?: string
}

/** Arguments that `stylize` reads from a command line. */
async function read(line: string): Promise<Taken | undefined> {
  const program = createProgram()
  const stylize = program.commands.find((command) => command.name() === 'stylize')!
  const taken: Taken[] = []
  stylize.action((photos: string[], { style, output }: { style?: string[]; output?: string }) => {
    taken.push({ photos, styles: style ?? [], ...(output !== undefined && { output }) })
  })
  await program.parseAsync(arrangeWords(['stylize', ...line.split(' ')], program), { from: 'user' })
  return taken[0]
}

describe('photos and styles', () => {
  it.each([
    ['photo.jpg --style a.jpg', ['photo.jpg'], ['a.jpg']],
    ['--style a.jpg photo.jpg', ['photo.jpg'], ['a.jpg']],
    ['-s a.jpg photo.jpg', ['photo.jpg'], ['a.jpg']],
    ['-sa.jpg photo.jpg', ['photo.jpg'], ['a.jpg']],
    ['--style=a.jpg photo.jpg', ['photo.jpg'], ['a.jpg']],
    ['photo.jpg --style a.jpg b.jpg', ['photo.jpg'], ['a.jpg', 'b.jpg']],
    ['photo.jpg --style a.jpg b.jpg --size 64', ['photo.jpg'], ['a.jpg', 'b.jpg']],
    ['photo.jpg --style a.jpg --style b.jpg', ['photo.jpg'], ['a.jpg', 'b.jpg']],
    ['--style a.jpg --style b.jpg photo.jpg', ['photo.jpg'], ['a.jpg', 'b.jpg']],
    ['--style a.jpg photo.jpg --style b.jpg', ['photo.jpg'], ['a.jpg', 'b.jpg']],
    ['--style=a.jpg --style=b.jpg photo.jpg', ['photo.jpg'], ['a.jpg', 'b.jpg']],
    ['--style a.jpg photo.jpg other.jpg', ['photo.jpg', 'other.jpg'], ['a.jpg']],
    ['--size 64 --style a.jpg --fit photo.jpg', ['photo.jpg'], ['a.jpg']],
    ['--style a.jpg b.jpg --size 64 photo.jpg', ['photo.jpg'], ['a.jpg', 'b.jpg']],
    ['--style a.jpg b.jpg -- photo.jpg', ['photo.jpg'], ['a.jpg', 'b.jpg']],
    ['--style a.jpg -- -photo.jpg', ['-photo.jpg'], ['a.jpg']],
    ['--style -a.jpg photo.jpg', ['photo.jpg'], ['-a.jpg']],
    ['--style a.jpg --', [], ['a.jpg']],
    ['--style a.jpg -', ['-'], ['a.jpg']],
    ['--style-weight 3 photo.jpg --style-weights 1 --style a.jpg', ['photo.jpg'], ['a.jpg']],
    ['--style-weight 0 photo.jpg', ['photo.jpg'], []],
    ['--tv-weight -3 --style a.jpg photo.jpg --seed -5', ['photo.jpg'], ['a.jpg']],
  ])('%s', async (line, photos, styles) => {
    if (photos.length === 0) await expect(read(line)).rejects.toThrow("missing required argument 'photo'")
    else expect(await read(line)).toEqual({ photos, styles })
  })

  it('leaves other options where they are', async () => {
    expect(await read('-s a.jpg photo.jpg -o out.png')).toEqual({
      photos: ['photo.jpg'],
      styles: ['a.jpg'],
      output: 'out.png',
    })
  })
})

describe('a command', () => {
  it.each([
    ['presets --json list', 'presets list --json'],
    ['--json presets list', 'presets list --json'],
    ['models --family caffe import a.h5', 'models import --family caffe a.h5'],
    ['--size 64 stylize photo.jpg -s a.jpg', 'stylize --size 64 photo.jpg -s a.jpg'],
    ['--style a.jpg stylize photo.jpg', 'stylize --style a.jpg -- photo.jpg'],
    ['presets show list --json', 'presets show list --json'],
    ['--version', '--version'],
    ['--help stylize', '--help stylize'],
    ['models --help list', 'models --help list'],
    ['-- stylize', '-- stylize'],
    ['--stile', '--stile'],
  ])('may follow its options: %s', (line, arranged) => {
    expect(arrangeWords(line.split(' '), createProgram()).join(' ')).toBe(arranged)
  })
})

describe('every command', () => {
  it('takes its options before its arguments: none but --style takes several values', () => {
    const all = (command: ReturnType<typeof createProgram>): ReturnType<typeof createProgram>[] => [
      command,
      ...command.commands.flatMap((one) => all(one)),
    ]
    const variadic = all(createProgram()).flatMap(({ options }) =>
      options.filter((option) => option.variadic),
    )
    expect(variadic.map(({ long }) => long)).toEqual(['--style'])
  })
})
