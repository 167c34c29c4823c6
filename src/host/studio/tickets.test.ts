import { describe, expect, it } from 'vitest'
import { ticket as ticketSchema } from '../../shared/contract/ticket.ts'
import { Tickets } from './tickets.ts'

describe('a ticket', () => {
  it('stands for its file, and is as the contract says', () => {
    const tickets = new Tickets()
    const ticket = tickets.give({ path: '/x/a.jpg', name: 'a.jpg' })
    expect(ticketSchema.safeParse(ticket).success).toBe(true)
    expect(tickets.has(ticket)).toBe(true)
    expect(tickets.file(ticket)).toEqual({ path: '/x/a.jpg', name: 'a.jpg', isOpen: false })
  })

  it('says nothing of its file, and is another one in each studio', () => {
    const give = (): string => new Tickets().give({ path: '/x/a.jpg', name: 'a.jpg' })
    expect(new Set([give(), give(), give()]).size).toBe(3)
  })

  it('stays that of its file, under the name that it came with', () => {
    const tickets = new Tickets()
    const ticket = tickets.give({ path: '/x/a.jpg', name: 'first.jpg' })
    expect(tickets.give({ path: '/x/a.jpg', name: 'second.jpg' })).toBe(ticket)
    expect(tickets.file(ticket).name).toBe('first.jpg')
  })

  it('of what the app gives out is open, whoever named the file before, and under its newest name', () => {
    const tickets = new Tickets()
    const ticket = tickets.give({ path: '/x/r.png', name: 'dropped.png' })
    tickets.give({ path: '/x/r.png', name: 'old.png', isOpen: true })
    tickets.give({ path: '/x/r.png', name: 'new.png', isOpen: true })
    tickets.give({ path: '/x/r.png', name: 'dropped.png' })
    expect(tickets.file(ticket)).toEqual({ path: '/x/r.png', name: 'new.png', isOpen: true })
  })

  it('of another studio is refused', () => {
    const tickets = new Tickets()
    const other = new Tickets().give({ path: '/x/a.jpg', name: 'a.jpg' })
    expect(tickets.has(other)).toBe(false)
    expect(() => tickets.file(other)).toThrow(expect.objectContaining({ code: 'unknown-ticket' }))
  })
})
