import { describe, expect, it } from 'vitest'
import { coloured, picture, plain, type Row } from '../../src/cli/table.ts'

const row = (sid: number, role: string, changes: Partial<Row> = {}): Row => ({
  sid,
  address: `127.0.0.1:${2180 + sid}`,
  pid: 12_344 + sid,
  role,
  epoch: 2,
  zxid: '0x200000004',
  sessions: 3,
  ...changes,
})
const silent = { epoch: null, zxid: null, sessions: null }
const rows = [row(1, 'follower'), row(2, 'leader'), row(3, 'killed', { ...silent, pid: null }), row(4, 'looking', silent), row(5, 'observer')]
const surroundings = {
  folder: 'data/5-servers',
  connectString: rows.map(({ address }) => address).join(','),
  takenPorts: [],
  typed: 'k',
  message: 'server 3: killed',
}

describe('the picture of an ensemble', () => {
  it('shows every server, what to do with it and what was done', () => {
    expect(picture(rows, surroundings, plain).join('\n')).toMatchInlineSnapshot(`
      "
       ZooKeeper from scratch: 5 servers                       data in data/5-servers

       server  address               pid  role         epoch  last zxid      sessions
       1       127.0.0.1:2181      12345  follower         2  0x200000004           3
       2       127.0.0.1:2182      12346  leader           2  0x200000004           3
       3       127.0.0.1:2183          -  killed           -  -                     -
       4       127.0.0.1:2184      12348  looking          -  -                     -
       5       127.0.0.1:2185      12349  observer         2  0x200000004           3

       connect
         127.0.0.1:2181,127.0.0.1:2182,127.0.0.1:2183,127.0.0.1:2184,127.0.0.1:2185

       try, in another terminal
         npx zk -server 127.0.0.1:2181 create /hello world
         npx zk -server 127.0.0.1:2182 get /hello
         then kill the leader with k and its number: is /hello still there?

       k kill -9   p pause   c continue   r restart, each with a number   q quit
       > k   server 3: killed"
    `)
  })

  it('fits into 80 columns, with nine servers too', () => {
    const many = Array.from({ length: 9 }, (_, i) =>
      row(i + 1, 'follower', { pid: 4_194_304, epoch: 100_000, zxid: '0xffffffffffff', address: `127.0.0.1:6${5000 + i}` }),
    )
    const connectString = many.map(({ address }) => address).join(',')
    const lines = picture(many, { ...surroundings, folder: 'data/8-servers-1-observers', connectString }, plain, 24)
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    expect(lines.join('').replace(/\s/g, '')).toContain(connectString)
    expect(lines.length).toBeLessThanOrEqual(24)
  })

  it('says why the ports are not the usual ones', () => {
    const heading = (takenPorts: number[]) => picture(rows, { ...surroundings, takenPorts }, plain).find((line) => line.startsWith(' connect'))
    expect(heading([])).toBe(' connect')
    expect(heading([2181])).toBe(' connect (port 2181 is taken)')
    expect(heading([2181, 2183])).toBe(' connect (ports 2181, 2183 are taken)')
    expect(heading(Array.from({ length: 100 }, (_, i) => 2181 + i))?.length).toBeLessThanOrEqual(80)
  })

  it('differs in colour only', () => {
    const colours = picture(rows, surroundings, coloured).join('\n')
    expect(colours).toContain('\x1b[32mleader')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(colours.replace(/\x1b\[\d+m/g, '')).toBe(picture(rows, surroundings, plain).join('\n'))
  })
})
