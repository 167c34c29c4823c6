import { describe, expect, it } from 'vitest'
import { colours, coloursFor, line, render } from './colours.ts'
import { progressText } from './progress-line.ts'

const bright = coloursFor({ isTTY: true }, { TERM: 'xterm' })

describe('coloured text', () => {
  it('obeys our own codes only', () => {
    const text = line`${colours.green('✓')} ${'\u001b[31mname\u001b[0m'} ${3}`
    expect(render(text, bright)).toBe('\u001b[32m✓\u001b[39m \\x1b[31mname\\x1b[0m 3')
  })

  it('keeps its style where one lies in another', () => {
    const text = colours.bold('a ', colours.dim('b'), ' c')
    expect(render(text, bright)).toBe('\u001b[1ma \u001b[2mb\u001b[22m\u001b[1m c\u001b[22m')
  })

  it('is plain without colours', () => {
    expect(render(line`${colours.red('Error:')} no`, coloursFor({}, {}))).toBe('Error: no')
  })

  it('shows a line break, or indents what follows', () => {
    expect(render('a\nError: b', bright)).toBe('a\\nError: b')
    expect(render('a\r\nError: b', bright, '\n  ')).toBe('a\n  Error: b')
  })
})

describe('a line of progress', () => {
  const details = ['scale 1/2 64×48', 'loss 1.5', 'step 3/40', '0:12 left']

  it.each([
    [120, '████████████░░░░░░░░░░░░ 50% · scale 1/2 64×48 · loss 1.5 · step 3/40 · 0:12 left'],
    [60, '50% · scale 1/2 64×48 · loss 1.5 · step 3/40 · 0:12 left'],
    [40, '50% · loss 1.5 · step 3/40 · 0:12 left'],
    [20, '50% · 0:12 left'],
    [9, '50%'],
    [0, '50%'],
  ])('has what fits into %i columns', (columns, text) => {
    expect(progressText(0.5, details, columns)).toBe(text)
  })

  it('stays between nothing and all', () => {
    expect([progressText(-1, [], 9), progressText(2, [], 9)]).toEqual(['0%', '100%'])
  })
})
