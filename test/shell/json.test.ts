/** What `--json` and the formats of `get` print, and the file of `-client-configuration`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { readClientConfiguration } from '../../src/cli/shell/client-configuration.ts'
import { clientConfiguration } from '../../src/cli/shell/commands-config.ts'
import { formatTrack, parseTrack } from '../../src/cli/shell/commands-quota.ts'
import { hexDump } from '../../src/cli/shell/hex-dump.ts'
import { dataFields, toJson } from '../../src/cli/shell/json.ts'
import { utf8 } from '../../src/kernel/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'zk-shell-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('ids are text, times are numbers', () => {
  const stat = { czxid: 0x1_0000_0003n, ctime: 1_795_169_780_000n, ephemeralOwner: 0n, version: 1 }
  expect(toJson({ stat })).toBe('{"stat":{"czxid":"0x100000003","ctime":1795169780000,"ephemeralOwner":"0x0","version":1}}')
})

test('data are text when they are text, else base64', () => {
  expect(dataFields(null)).toEqual({ data: null })
  expect(dataFields(utf8('über'))).toEqual({ data: 'über' })
  expect(dataFields(new Uint8Array([0xef, 0xbb, 0xbf, 0x41]))).toEqual({ data: '\ufeffA' })
  expect(dataFields(new Uint8Array([0xff, 0x00]))).toEqual({ base64: '/wA=' })
})

test('a hex dump has rows of 16 with their text', () => {
  expect(hexDump(new Uint8Array(0))).toBe('')
  expect(hexDump(utf8('hello, world\n12345'))).toBe(
    `         +-------------------------------------------------+
         |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |
+--------+-------------------------------------------------+----------------+
|00000000| 68 65 6c 6c 6f 2c 20 77 6f 72 6c 64 0a 31 32 33 |hello, world.123|
|00000010| 34 35                                           |45              |
+--------+-------------------------------------------------+----------------+`,
  )
})

test('quotas are read as they are written', () => {
  expect(formatTrack(parseTrack('count=2,bytes=-1=;byteHardLimit=100;countHardLimit=5'))).toBe('count=2,bytes=-1=;byteHardLimit=100;countHardLimit=5')
  expect(formatTrack(parseTrack('count=2,bytes=7'))).toBe('count=2,bytes=7')
  expect(formatTrack(parseTrack(''))).toBe('count=-1,bytes=-1')
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('count', 'bytes', 'countHardLimit', 'byteHardLimit'), fc.bigInt({ min: -1n, max: 1n << 62n })),
      (limits) => {
        const track = parseTrack(formatTrack(new Map(Object.entries(limits))))
        for (const [key, value] of Object.entries(limits)) expect(track.get(key)).toBe(value)
      },
    ),
  )
})

test('the client’s view of a configuration', () => {
  const text = 'server.1=a:1:2:participant;0.0.0.0:2181\nserver.2=b:1:2:participant\nserver.3=c:1:2:observer;c:2183\nversion=100000000'
  expect(clientConfiguration(text)).toBe('100000000 0.0.0.0:2181,,c:2183')
  expect(clientConfiguration('')).toBe(' ')
})

test('the client configuration file: jute.maxbuffer', () => {
  const file = (text: string) => {
    const path = join(folder, 'client.cfg')
    writeFileSync(path, text)
    return path
  }
  expect(readClientConfiguration(file('# nothing\nzookeeper.request.timeout=5\n'))).toEqual({})
  expect(readClientConfiguration(file('jute.maxbuffer = 4096'))).toEqual({ maxFrameLength: 4096 })
  expect(() => readClientConfiguration(file('jute.maxbuffer=x'))).toThrow("client.cfg: jute.maxbuffer: 'x' is no number of bytes")
  expect(() => readClientConfiguration(join(folder, 'none'))).toThrow('none: ENOENT')
})
