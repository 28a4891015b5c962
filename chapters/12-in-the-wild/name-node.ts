/**
 * A NameNode as a process of its own, for the live run: `name-node.ts <connect string> <folder> <name> <yes|no>`. All of them append to one file in
 * the folder; there, too, are their process ids. The last word says whether it stops who was active before.
 */
import fs from 'node:fs'
import path from 'node:path'
import { createClient } from '../../src/index.ts'
import { becomeActive, RULES } from './hdfs.ts'

const [servers = '', folder = '', name = '', fences] = process.argv.slice(2)
const PACE = 50

fs.writeFileSync(path.join(folder, `${name}.pid`), String(process.pid))
const zk = createClient({ servers, timeout: 2000 })
await becomeActive(zk, '', { name, activate: () => void write(), stop }, async () => undefined, { ...RULES, fences: fences === 'yes' })

async function write(): Promise<void> {
  append('is active')
  while (zk.state().session !== 'LOST') {
    append('edit')
    await zk.sleep(PACE)
  }
}

function append(what: string): void {
  fs.appendFileSync(path.join(folder, 'edits'), `${name} ${what}\n`)
}

function stop(other: string): void {
  append(`kills ${other}`)
  process.kill(Number(fs.readFileSync(path.join(folder, `${other}.pid`), 'utf8')), 'SIGKILL')
}
