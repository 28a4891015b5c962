/** Commands about the session and its watches: addauth, whoami, sync, addWatch, removewatches, version. */
import { isKeeperError } from '../../index.ts'
import type { Command } from './command.ts'
import { UsageError } from './words.ts'

/** What `version` prints: the release whose protocol and output the shell follows. */
const VERSION = '3.8.0'

export const addauth: Command = {
  usage: 'scheme auth',
  letters: '',
  needs: 1,
  async run({ zk, options, arg }) {
    // As in zkCli.sh nobody waits for the answer; a refusal shows as the end of the session.
    zk.addAuth(arg(0), options.args[1] ?? null).catch(() => undefined)
  },
}

export const whoami: Command = {
  usage: '',
  letters: '',
  needs: 0,
  async run({ zk, answer }) {
    const { clientInfo } = await zk.whoAmI()
    answer({ clientInfo }, 'Auth scheme: User', ...clientInfo.map(({ authScheme, user }) => `${authScheme}: ${user}`))
  },
}

export const sync: Command = {
  usage: 'path',
  letters: '',
  needs: 1,
  async run({ zk, arg, answer }) {
    try {
      await zk.sync(arg(0))
      answer({ rc: 0 }, 'Sync is OK')
    } catch (error) {
      if (!isKeeperError(error)) throw error
      answer({ rc: error.errno }, `Sync has failed. rc=${error.errno}`)
    }
  },
}

export const addWatch: Command = {
  usage: '[-m mode] path # optional mode is one of [PERSISTENT, PERSISTENT_RECURSIVE] - default is PERSISTENT_RECURSIVE',
  letters: 'm:',
  needs: 1,
  async run({ zk, options, arg, onEvents }) {
    const mode = (options.flags.get('m') ?? 'PERSISTENT_RECURSIVE').toUpperCase()
    const known = mode === 'PERSISTENT' || mode === 'PERSISTENT_RECURSIVE'
    if (!known || options.args.length > 1) throw new UsageError(`addWatch ${addWatch.usage}`)
    onEvents(await zk.addWatch(arg(0), { mode }))
  },
}

const watchTypes = { c: 'Children', d: 'Data', p: 'Persistent', r: 'PersistentRecursive', a: 'Any' } as const

export const removewatches: Command = {
  usage: 'path [-c|-d|-a] [-l]',
  letters: 'cdpral',
  needs: 1,
  async run({ zk, options, arg }) {
    const letter = (['c', 'd', 'p', 'r'] as const).find((known) => options.flags.has(known)) ?? 'a'
    await zk.removeWatches(arg(0), { type: watchTypes[letter], local: options.flags.has('l') })
  },
}

export const version: Command = {
  usage: '',
  letters: '',
  needs: 0,
  async run({ options, answer }) {
    if (options.args.length > 0) throw new UsageError('version ')
    answer({ version: VERSION }, `ZooKeeper CLI version: ${VERSION}`)
  },
}
