/** Three servers as processes, and what an operator asks them. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Ensemble, type Member } from '../../src/cli/ensemble.ts'
import { askWord, valueOf } from '../../src/cli/four-letter-word.ts'
import { InvalidConfiguration, loadConfiguration } from '../../src/hosts/node/index.ts'

/** Where real servers of this book run. */
export const HOST = '127.0.0.1'
const GLANCE = 50
const NOT_SERVING = 'This ZooKeeper instance is not currently serving requests'

/** Starts the servers, asks, kills two of them, asks the last one again, and ends everything. */
export async function playLive(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'night-shift-'))
  const ensemble = await Ensemble.prepare({ participants: 3, observers: 0, folder, port: 24_181, fresh: true })
  try {
    showFaults(folder)
    ensemble.startAll()
    await until(async () => (await modes(ensemble)).filter((mode) => mode === 'follower').length === 2)
    console.log('\n── THREE SERVERS: ruok, srvr, mntr ─────────────────────────────────────────────\n')
    const roles = await modes(ensemble)
    console.log(`ruok  ${(await Promise.all(ensemble.members.map((member) => word(member, 'ruok')))).join(' ')}`)
    console.log(`srvr  Mode: ${[...roles].sort((a, b) => (a < b ? 1 : -1)).join(', ')}`)
    const leader = ensemble.members[roles.indexOf('leader')] as Member
    const values = await word(leader, 'mntr')
    for (const key of ['zk_server_state', 'zk_learners', 'zk_synced_followers', 'zk_quorum_size']) console.log(`mntr  ${key} ${valueOf(values, key)}`)
    const [last, ...others] = [...ensemble.members].reverse()
    for (const member of others) ensemble.kill(member)
    console.log('\n── TWO ARE KILLED: what does the third say? ────────────────────────────────────\n')
    await until(async () => (await word(last as Member, 'srvr')).startsWith(NOT_SERVING))
    console.log(`ruok  ${await word(last as Member, 'ruok')}`)
    console.log(`srvr  ${(await word(last as Member, 'srvr')).trim()}`)
  } finally {
    await ensemble.stopAll()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** What the server says to a configuration written in a hurry. */
function showFaults(folder: string): void {
  const file = path.join(folder, 'zoo.cfg')
  fs.writeFileSync(file, `tickTime=two\ninitLimit=\ndataDir=${folder}/data\nclientPort=218l\nserver.1=hall-1:2888:3888\n`)
  console.log('── A ZOO.CFG WRITTEN IN A HURRY ────────────────────────────────────────────────\n')
  try {
    loadConfiguration(file)
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error
    console.log(error.message.replaceAll(file, 'zoo.cfg'))
  }
}

/** The mode of each server, as its srvr tells it; empty for one that serves nobody. */
export async function modes(ensemble: Ensemble): Promise<string[]> {
  return Promise.all(ensemble.members.map(async (member) => valueOf(await word(member, 'srvr'), 'Mode') ?? ''))
}

async function word(member: Member, name: string): Promise<string> {
  return (await askWord(HOST, member.clientPort, name, 2000)) ?? ''
}

/** Looks again and again until something is so. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, GLANCE))
}
