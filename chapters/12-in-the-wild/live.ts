/** The failover of HDFS with processes on real servers: SIGSTOP for the pause, SIGKILL for the fence. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '../../src/index.ts'
import { startEnsemble } from '../../src/testing.ts'

const SCRIPT = fileURLToPath(new URL('name-node.ts', import.meta.url))
const GLANCE = 50
const PATIENCE = 30_000
/** How long the one that was held may write when it goes on, in ms. */
const AFTERWARDS = 1000

/** Plays it twice, with and without the fence. */
export async function playLive(): Promise<void> {
  await using ensemble = await startEnsemble({ servers: 3 })
  for (const fences of [true, false]) {
    console.log(`── ${fences ? 'WITH THE FENCE' : 'WITHOUT IT'} ${'─'.repeat(fences ? 62 : 66)}\n`)
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'name-nodes-'))
    const root = fences ? '/with' : '/without'
    await using zk = createClient({ servers: ensemble.connectString })
    await zk.create(root)
    await failover(`${ensemble.connectString}${root}`, folder, fences).finally(() => fs.rmSync(folder, { recursive: true, force: true }))
  }
}

async function failover(servers: string, folder: string, fences: boolean): Promise<void> {
  const edits = () => (fs.existsSync(path.join(folder, 'edits')) ? fs.readFileSync(path.join(folder, 'edits'), 'utf8').trimEnd().split('\n') : [])
  const start = (name: string) => {
    const args = ['--import', 'tsx', SCRIPT, servers, folder, name, fences ? 'yes' : 'no']
    return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  const processes: ChildProcess[] = []
  try {
    const nn1 = start('nn1')
    processes.push(nn1)
    await until(() => edits().includes('nn1 edit'))
    console.log('nn1 is active, and writes. It gets SIGSTOP, and nn2 is started.')
    nn1.kill('SIGSTOP')
    processes.push(start('nn2'))
    await until(() => edits().includes('nn2 is active'))
    if (edits().includes('nn2 kills nn1')) console.log('nn2 has the lock, finds the breadcrumb of nn1, and kills nn1 (SIGKILL).')
    console.log('nn2 is active. nn1 gets SIGCONT.')
    nn1.kill('SIGCONT')
    await new Promise((resolve) => setTimeout(resolve, AFTERWARDS))
  } finally {
    await Promise.all(processes.map(end))
  }
  const lines = edits()
  const late = lines.slice(lines.indexOf('nn2 is active')).includes('nn1 edit')
  console.log(`Edits of nn1 after nn2 became active: ${late ? 'SOME' : 'none'}.\n`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function until(condition: () => boolean): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE)
  for (; !condition(); patience.throwIfAborted()) await new Promise((resolve) => setTimeout(resolve, GLANCE))
}
