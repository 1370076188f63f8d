import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayIn, endOfDay } from './day.ts'

describe('a natural day', () => {
  it.each([
    ['Asia/Shanghai', '2026-07-22T15:59:59.999Z', '2026-07-22'],
    ['Asia/Shanghai', '2026-07-22T16:00:00.000Z', '2026-07-23'],
    ['UTC', '2026-07-22T23:59:59.999Z', '2026-07-22'],
    ['America/Los_Angeles', '2026-07-22T06:59:59.999Z', '2026-07-21'],
    ['Australia/Lord_Howe', '2026-07-22T13:30:00.000Z', '2026-07-23'],
    ['+08:00', '2026-07-22T16:00:00.000Z', '2026-07-23'],
  ])('of %s is told at %s as %s', (zone, at, day) => {
    expect(dayIn(zone, new Date(at))).toBe(day)
  })

  it.each([
    ['Asia/Shanghai', '2026-07-22T16:00:00Z', 24],
    ['UTC', '2026-07-22T00:00:00Z', 24],
    // Summer time begins and ends.
    ['America/Los_Angeles', '2026-03-08T08:00:00Z', 23],
    ['America/Los_Angeles', '2026-11-01T07:00:00Z', 25],
    // Its summer time moves by half an hour.
    ['Australia/Lord_Howe', '2026-10-03T13:30:00Z', 23.5],
    ['Australia/Lord_Howe', '2026-04-04T13:00:00Z', 24.5],
    // Its summer time begins at midnight: the day begins at one.
    ['America/Santiago', '2026-09-06T04:00:00Z', 23],
  ])('of %s that begins at %s lasts %d hours', (zone, begin, hours) => {
    const start = new Date(begin)
    expect(dayIn(zone, new Date(start.getTime() - 1))).not.toBe(dayIn(zone, start))
    expect(endOfDay(zone, start).getTime() - start.getTime()).toBe(hours * 3_600_000)
  })

  it.each(['Asia/Shanghai', 'UTC'])('of %s, which has one offset, is told as Intl tells it', (zone) => {
    const format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    })
    const instants = fc.date({ min: new Date('1992-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    fc.assert(fc.property(instants, (at) => dayIn(zone, at) === format.format(at)))
  })

  it('ends at the first instant that lies in another one', () => {
    const zones = fc.constantFrom(
      'Asia/Shanghai',
      'UTC',
      'America/Los_Angeles',
      'Australia/Lord_Howe',
      'America/Havana',
      'Asia/Kolkata',
    )
    const instants = fc.date({ min: new Date('2000-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(zones, instants, fc.double({ min: 0, max: 1, noNaN: true }), (zone, at, share) => {
        const end = endOfDay(zone, at).getTime()
        const between = new Date(at.getTime() + Math.floor((end - 1 - at.getTime()) * share))
        expect(end).toBeGreaterThan(at.getTime())
        expect(dayIn(zone, between)).toBe(dayIn(zone, at))
        expect(dayIn(zone, new Date(end - 1))).toBe(dayIn(zone, at))
        expect(dayIn(zone, new Date(end))).not.toBe(dayIn(zone, at))
        expect(endOfDay(zone, between).getTime()).toBe(end)
        expect(endOfDay(zone, new Date(end)).getTime()).toBeGreaterThan(end)
      }),
      { numRuns: 2_000 },
    )
  })

  it('hands out an end of its own to each who asks', () => {
    const at = new Date('2026-07-22T08:00:00Z')
    endOfDay('UTC', at).setTime(0)
    expect(endOfDay('UTC', at)).toEqual(new Date('2026-07-23T00:00:00Z'))
  })
})
