/** Claims about running servers. */

import { replaceMethod } from '../../src/hosts/simulation/museum/surgery.ts'
import type { HostFacts } from '../../src/operations/index.ts'
import { answerWord } from '../../src/operations/index.ts'
import { columns } from '../support/columns.ts'
import type { Claim, Topic } from './claim.ts'
import { confidential, fiveServers } from './live.ts'

const imok: Claim = {
  number: 48,
  claim: 'If ruok is answered with imok, the cluster works',
  verdict: 'false',
  truth: 'It says that one process lives. Ask srvr, or mntr, which tell what the server is. And ruok has to be in 4lw.commands.whitelist.',
  evidence: async (run) => {
    await run.open()
    const [last = '', ...others] = run.ensemble.members.map(({ name }) => name)
    for (const name of others) run.kill(name)
    await run.until('it serves no longer', () => run.ensemble.member(last)?.serving == null)
    run.fault(`Two of three are killed. ${last} is asked:`)
    const ask = (word: string, whitelist: string) => answerWord(word, new Uint8Array(0), whitelist, run.peer(last).describe(), UNKNOWN).text.trim()
    run.show(columns(['ruok', 'srvr'].map((word) => [word, ask(word, '*')])))
    const app = await run.newClient('app', [last], { timeout: 4000 })
    const outcome = await run.outcome(app.create('/seat-1'))
    run.found(ask('ruok', '*') === 'imok' && outcome === 'ok', `${last} says ${ask('ruok', '*')}, and a write ends with ${outcome}`)
    run.found(ask('ruok', 'srvr') === 'imok', `with the usual whitelist, which has only srvr: ${ask('ruok', 'srvr')}`)
  },
}

const noFirewall: Claim = {
  number: 26,
  claim: 'The firewall must be off',
  verdict: 'false',
  truth: 'Three ports must be open: for clients, for the quorum and for the election. Nothing else is ever used.',
  evidence: async (run) => {
    await run.open()
    const names = run.ensemble.members.map(({ name }) => name)
    const open = new Set([2181, 2888, 3888])
    const used = new Set<number>()
    const { network } = run.ensemble.world
    replaceMethod<[string, number, string, number, number], void>(network, 'connect', (original) => (host, id, address, port, timeout) => {
      used.add(port)
      original(host, id, open.has(port) ? address : 'no way through', port, timeout)
    })
    const rows: string[][] = []
    for (const closed of [null, 3888, 2888, 2181]) {
      if (closed !== null) open.delete(closed)
      for (const name of names) run.kill(name)
      for (const name of names) run.ensemble.world.start(name)
      await run.wait(5000)
      const serving = run.ensemble.members.filter((member) => member.serving !== null).length
      const app = await run.newClient(`app-${closed}`, names, { timeout: 4000 })
      rows.push([closed === null ? 'nothing of the three' : String(closed), `${serving} of 3`, await run.outcome(app.create(`/while-${closed}`))])
      if (closed !== null) open.add(closed)
    }
    run.show(columns([['closed besides all others', 'servers serve', 'a write ends with'], ...rows]))
    run.found(rows[0]?.[2] !== 'ok', `a firewall lets only three ports through: ${rows[0]?.[1]} servers serve, and a write ends with ${rows[0]?.[2]}`)
    run.found(used.size > 3, `in all this time somebody wanted to reach the ports ${[...used].sort((a, b) => a - b).join(', ')}`)
  },
}

export const operations: Topic = { name: 'Operations', claims: [imok, noFirewall, fiveServers, confidential] }

/** These words are answered without it. */
const UNKNOWN: HostFacts = {
  version: '',
  elapsed: 0,
  dateOf: () => '',
  ...{ dataDir: '', dataDirSize: 0, dataLogDir: '', dataLogSize: 0, clientPortListenBacklog: -1, environment: [] },
  ...{ openFileDescriptors: 0, maxFileDescriptors: 0, initialConfiguration: '', properties: new Map(), processGauges: [] },
}
