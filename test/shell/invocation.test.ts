/** The program `zk` as a process, without any server: what it says to bad words, and that it ends. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../support/source.ts'

function zk(words: string, input = ''): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin/zk.js'), ...words.split(' ').filter((word) => word !== '')], {
    input,
    encoding: 'utf8',
  })
  return { status, out: stdout, err: stderr }
}

/** A port of this machine that no server uses: connections are refused at once. */
const NOWHERE = '-server 127.0.0.1:1'

test.each([
  ['-server', 'Error: no argument found for option -server\n'],
  ['-timeout 5s ls /', "Error: '5s' is no timeout in milliseconds\n"],
  ['-bogus ls /', 'Error: unknown option -bogus\n'],
  ['-server a:x ls /', "Error: 'x' is no port in 'a:x'\n"],
])('zk %s', (words, err) => {
  expect(zk(words)).toMatchObject({ status: 1, err })
})

test('a command without a server fails with ConnectionLoss, soon', () => {
  expect(zk(`${NOWHERE} ls /`)).toEqual({ status: 1, out: 'Connecting to 127.0.0.1:1\n', err: 'KeeperErrorCode = ConnectionLoss for /\n' })
})

test('an unknown command ends with 127', () => {
  const { status, err } = zk(`${NOWHERE} bogus`)
  expect(status).toBe(127)
  expect(err).toMatch(
    /^ZooKeeper -server host:port -client-configuration properties-file cmd args\n(\t.*\n)+Command not found: Command not found bogus\n$/,
  )
})

test('lines are read to the end of the input; the exit code is that of the last command', () => {
  const { status, out, err } = zk(NOWHERE, 'printwatches\n\nls a\nget\nhistory\n')
  expect(out).toBe('Connecting to 127.0.0.1:1\nWelcome to ZooKeeper!\nprintwatches is on\n0 - printwatches\n1 - ls a\n2 - get\n3 - history\n')
  expect(err).toBe('Path must start with / character\nget [-s] [-w] [-b] [-x] path\n')
  expect(status).toBe(0)
  expect(zk(NOWHERE, 'get').status).toBe(1)
})

test('quit ends it', () => {
  const { status, out } = zk(NOWHERE, 'quit\nhistory\n')
  expect(status).toBe(0)
  expect(out).not.toContain('history')
})
