import { describe, expect, it } from 'vitest'
import { choose, chooseAll, chooseTo, lookAt, nothingChosen, toggle, withoutGone } from './selection.ts'

const ids = ['a', 'b', 'c', 'd', 'e']

describe('the selection of results', () => {
  it('adds and takes away one by one', () => {
    const two = toggle(choose('a'), 'c')
    expect(two.chosen).toEqual(['a', 'c'])
    expect(toggle(two, 'a').chosen).toEqual(['c'])
  })

  it('spans a range either way from where it began', () => {
    expect(chooseTo(choose('b'), 'd', ids).chosen).toEqual(['b', 'c', 'd'])
    expect(chooseTo(choose('d'), 'b', ids).chosen).toEqual(['b', 'c', 'd'])
  })

  it('turns a range round its anchor, not round its last end', () => {
    const up = chooseTo(choose('c'), 'e', ids)
    expect(chooseTo(up, 'a', ids).chosen).toEqual(['a', 'b', 'c'])
  })

  it('starts a new range if its anchor is gone', () => {
    expect(chooseTo(choose('gone'), 'b', ids).chosen).toEqual(['b'])
  })

  it('moves its lead without choosing', () => {
    expect(lookAt(choose('a'), 'b')).toMatchObject({ chosen: ['a'], lead: 'b' })
  })

  it('takes all, and keeps its lead', () => {
    expect(chooseAll(ids, choose('c'))).toMatchObject({ chosen: ids, lead: 'c' })
  })

  it('moves to the next remaining painting after a deletion, or to the last', () => {
    expect(withoutGone(ids, ['b', 'c'], choose('b')).lead).toBe('d')
    expect(withoutGone(ids, ['e'], choose('e')).lead).toBe('d')
    expect(withoutGone(ids, ids, choose('e'))).toEqual(nothingChosen)
  })
})
