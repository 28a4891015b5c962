import { afterAll, beforeAll, expect } from 'vitest'
import { describeWith, itOnEither } from '../support/describe-with.ts'
import { kazooSession } from '../support/kazoo.ts'
import { cliMt, java, zkCli } from '../support/oracle.ts'
import { Ensemble, type Kind } from '../support/servers.ts'
import { Shell } from '../support/shell.ts'

/**
 * ZooKeeper's own clients in a scripted session through every server of an ensemble. What the user sees is recorded from Java
 * 3.8.0 in `transcripts/`; a server of ours must show the same, line by line. Only what no two runs share is masked: zxids,
 * session ids, times.
 */
type Session = (address: string, path: string) => Promise<string>

/** A line for the shell, and the watch event that it has to cause, if any. `@` is the session's own part of the tree. */
type Step = string | { readonly line: string; readonly event: string }

const zkCliSteps: readonly Step[] = [
  'create @ hello',
  'create @ hello',
  'create @/none/x',
  'get @',
  'get -s @',
  'get @/none',
  'get -w @',
  { line: 'set @ world', event: 'NodeDataChanged' },
  'get @',
  'set -v 7 @ x',
  'set -s -v 1 @ again',
  'ls -w @',
  { line: 'create -s @/q- a', event: 'NodeChildrenChanged' },
  'create -s @/q- b',
  'create -e @/e mine',
  'create -e -s @/es- mine',
  'create @/e/x',
  'ls @',
  'ls -s @',
  'ls -R @',
  'stat @/e',
  'stat -w @/later',
  { line: 'create @/later now', event: 'NodeCreated' },
  'stat -w @/later',
  { line: 'delete @/later', event: 'NodeDeleted' },
  'delete @/later',
  'delete @',
  'delete -v 3 @/q-0000000000',
  'getAcl @',
  'sync @',
]

async function zkCliSession(address: string, path: string): Promise<string> {
  const steps = async (lines: readonly Step[]) => {
    await using shell = new Shell(zkCli, '-server', address)
    await shell.heard(/state:SyncConnected type:None .*\n/)
    let transcript = ''
    for (const [i, step] of lines.entries()) {
      const { line, event } = typeof step === 'string' ? { line: step, event: '' } : step
      shell.say(line.replaceAll('@', path))
      shell.say(`get /end-${i}`)
      let output = await shell.heard(new RegExp(`Node does not exist: /end-${i}\n`))
      // The event is printed by a thread of its own, line by line: before the answer, after it, or around it.
      if (event && !output.includes('WatchedEvent')) output += await shell.heard(/WatchedEvent .*\n/)
      const events = [...output.matchAll(/WatchedEvent .*\n/g)].join('')
      transcript += `> ${line}\n${output.replace(/^(WATCHER::|WatchedEvent .*|Node does not exist: \/end.*|)\n/gm, '')}${events}`
    }
    shell.say('quit')
    await shell.heard(/type:None path:null\n/)
    return transcript
  }
  return masked(path, `${await steps(zkCliSteps)}another session\n${await steps(['ls @', 'ls -s @'])}`)
}

const cliMtSteps: readonly Step[] = [
  'create @',
  'create @',
  'create @/none/x',
  'set @ hello',
  'wexists @/later',
  { line: 'create @/later', event: 'CREATED_EVENT' },
  'get @',
  { line: 'set @ world', event: 'CHANGED_EVENT' },
  'get @',
  'get @/none',
  'ls @',
  { line: 'create +s @/q-', event: 'CHILD_EVENT' },
  'create +s @/q-',
  'create2 @/two',
  'create +e @/e',
  'create @/e/x',
  'ls @',
  'exists @/later',
  { line: 'delete @/later', event: 'DELETED_EVENT' },
  'ls2 @',
  'exists @/none',
  'delete @/later',
  'delete @',
  'sync @',
]

async function cliMtSession(address: string, path: string): Promise<string> {
  const steps = async (lines: readonly Step[]) => {
    await using shell = new Shell(cliMt(), address)
    await shell.heard(/Got a new session id.*\n/)
    let transcript = ''
    for (const [i, step] of lines.entries()) {
      const { line, event } = typeof step === 'string' ? { line: step, event: '' } : step
      shell.say(line.replaceAll('@', path))
      shell.say(`sync /end-${i}`)
      const output = await shell.heard(new RegExp(`\tname = /end-${i}\n`))
      if (event && !output.includes(event)) throw new Error(`${line}: no ${event} in\n${output}`)
      const noise = /^time = .*\n|^\[\/end.*\n|\tname = \/end.*\n|^[\d-]+ [\d:,]+\(.*\n/gm
      transcript += `> ${line}\n${childrenSorted(output.replace(noise, ''))}`
    }
    shell.say('quit')
    await shell.end()
    return transcript
  }
  return masked(path, `${await steps(cliMtSteps)}another session\n${await steps(['ls @', 'ls2 @'])}`)
}

/** Java lists children in the order of its hash table, which nobody may rely on. */
function childrenSorted(output: string): string {
  return output.replace(
    /(?<=rc = 0\n)(\t[^\t= ]+\n)+/g,
    (lines) =>
      lines
        .match(/.*\n/g)
        ?.sort((a, b) => (a < b ? -1 : 1))
        .join('') ?? '',
  )
}

/** Hides what no two runs share. */
function masked(path: string, transcript: string): string {
  return transcript
    .replaceAll(path, '@')
    .replace(/(zxid *= *)(0x)?[0-9a-f]+$/gim, '$1#')
    .replace(/(ephemeralOwner = )(0x)?(?!0$|0x0$)[0-9a-f]+$/gm, '$1#')
    .replace(/((?:ctime|mtime) *= *).*$/gm, '$1#')
}

describeWith(
  [java, 'the package zookeeper (zkCli.sh)', 'the package zookeeper-bin (cli_mt)', 'the package python3-kazoo'],
  "ZooKeeper's clients",
  () => {
    const clients: readonly [string, Session][] = [
      ['zkCli', zkCliSession],
      ['cli_mt', cliMtSession],
      ['kazoo', async (address, path) => kazooSession(address, path)],
    ]
    // Java first: it says what is right.
    const kinds: readonly Kind[] = ['java', 'ours']
    const ensembles = new Map<Kind, Ensemble>()

    beforeAll(async () => {
      for (const kind of kinds) ensembles.set(kind, await Ensemble.start([kind, kind, kind]))
    })
    afterAll(async () => {
      for (const ensemble of ensembles.values()) await ensemble[Symbol.asyncDispose]()
    })

    for (const [client, session] of clients)
      for (const sid of [1, 2, 3])
        itOnEither(`${client} sees what it should through server ${sid} of %s`, async (kind) => {
          const transcript = await session(ensembles.get(kind)?.server(sid).address ?? '', `/${client}-${sid}`)
          await expect(transcript).toMatchFileSnapshot(`transcripts/${client}.txt`)
        })
  },
)
