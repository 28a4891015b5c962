import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MUSEUM } from '../src/hosts/simulation/index.ts'

const root = new URL('../', import.meta.url)
const page = readFileSync(new URL('test/known-bugs.md', root), 'utf8')
const rows = [...page.matchAll(/^\| (\d+) \| ([^|]*) \| ([^|]*) \| (.*) \|$/gm)].map(([, number, tickets, , how]) => ({
  number: Number(number),
  tickets: [...(tickets ?? '').matchAll(/\d+/g)].map(([ticket]) => ticket),
  how: how ?? '',
}))

/** The tickets of the list of known bugs that this project works from. */
const TICKETS = `4643 4646 3911 3023 4785 4685 4394 5094 3642 4837 4712 2845 4925 2872 1136 3104 508 962 1154 2418 2355 1367 1489 1156 790 1551 4882
  2247 3701 2325 3056 2332 1653 2307 2354 4269 335 1081 1082 1282 1291 1343 1192 2959 261 1732 1805 1818 569 975 1514 1419 764 769 479 498 3109
  2186 3769 3720 2164 1191 1270 1208 1496 2926 484 710 907 2886 3471 3125 3127 3144 3145 3249 3306 1863 4537 108 1412 1667 1382 3472 2623 1277
  4883 1699 2212 3829 3526 2201 2080 4306`.split(/\s+/)

describe('the page of known bugs', () => {
  it('has every bug of the list, and each once', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
    const named = rows.flatMap(({ tickets }) => tickets)
    expect(new Set(named).size).toBe(named.length)
    expect(TICKETS.filter((ticket) => !named.includes(ticket))).toEqual([])
  })

  it('names tests and scenarios that there are', () => {
    const missing: string[] = []
    for (const { number, how } of rows) {
      expect(how, `row ${number}`).not.toBe('')
      for (const [, path = '', title] of how.matchAll(/`(test\/[^`]+)`(?: › ([^,;`]+(?:, [^`,;]+)*))?/g)) {
        const file = new URL(path, root)
        if (!existsSync(file)) missing.push(`${number}: ${path}`)
        else if (title !== undefined && !readFileSync(file, 'utf8').includes(title.replace(/, $/, '').trim()))
          missing.push(`${number}: ${path} › ${title}`)
      }
    }
    expect(missing).toEqual([])
  })

  it('knows the tickets of the museum', () => {
    const tickets = MUSEUM.flatMap(({ ticket }) => [...(ticket ?? '').matchAll(/ZOOKEEPER-(\d+)/g)].map(([, number]) => number))
    expect(tickets.filter((ticket) => !TICKETS.includes(ticket ?? ''))).toEqual([])
  })
})
