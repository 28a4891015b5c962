/** Our shell in a terminal: prompt, completion of commands and paths, history, line editing. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { python } from '../support/oracle.ts'
import { Ensemble } from '../support/servers.ts'
import { Shell } from '../support/shell.ts'
import { root } from '../support/source.ts'

const TAB = '\t'
const ENTER = '\r'
const UP = '\x1b[A'
const END_OF_INPUT = '\x04'

/** Runs a program in a pseudo terminal whose other end is this program's standard input and output. */
const inTerminal = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)'
const absent = spawnSync(python, ['-c', 'import pty']).status !== 0

describe.skipIf(absent)(`zk in a terminal${absent ? ' (not installed: python3)' : ''}`, () => {
  let ensemble: Ensemble
  beforeAll(async () => {
    ensemble = await Ensemble.start(['ours'], { tickTime: 500 })
  })
  afterAll(() => ensemble?.[Symbol.asyncDispose]())

  const start = async () => {
    const { address } = ensemble.server(1)
    const shell = new Shell(
      'env',
      'TERM=xterm',
      python,
      '-c',
      inTerminal,
      process.execPath,
      join(root, 'bin/zk.js'),
      '-waitforconnection',
      '-server',
      address,
    )
    await shell.heard(new RegExp(`\\[zk: ${address}\\(CONNECTED\\) 0\\] `))
    return shell
  }

  it('shows the prompt, counts the lines, completes commands and paths, and brings back earlier lines', async () => {
    await using shell = await start()
    shell.type(`create /apple green${ENTER}`)
    await shell.heard(/Created \/apple\r\n[\s\S]*\(CONNECTED\) 1\] /)
    shell.type(`ver${TAB}`)
    await shell.heard(/version/)
    shell.type(ENTER)
    await shell.heard(/ZooKeeper CLI version: 3\.8\.0\r\n[\s\S]*\(CONNECTED\) 2\] /)
    shell.type(`get /app${TAB}`)
    await shell.heard(/get \/app[\s\S]*le/)
    shell.type(ENTER)
    await shell.heard(/green\r\n[\s\S]*\(CONNECTED\) 3\] /)
    shell.type(`${UP}${UP}${ENTER}`)
    await shell.heard(/ZooKeeper CLI version: 3\.8\.0\r\n[\s\S]*\(CONNECTED\) 4\] /)
    shell.type(`se${TAB}`)
    await shell.heard(/se[\s\S]*t/)
    shell.type(TAB)
    await shell.heard(/set\s+setAcl\s+setquota/)
    shell.type(`\x15history${ENTER}`)
    expect(await shell.heard(/4 - history\r\n/)).toMatch(/0 - create \/apple green\r\n1 - version\r\n2 - get \/apple\r\n3 - version\r\n/)
    shell.type(`quit${ENTER}`)
    await shell.end()
  })

  it('the prompt tells that the session is closed, and the end of the input ends the shell', async () => {
    await using shell = await start()
    shell.type(`close${ENTER}`)
    await shell.heard(/\(CLOSED\) 1\] /)
    shell.type(`ls /${ENTER}`)
    await shell.heard(/Not connected\r\n[\s\S]*\(CLOSED\) 2\] /)
    shell.type(END_OF_INPUT)
    await shell.end()
  })
})
