/** Servers that outlive the command that started them, known by their pid files. */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { serverArguments } from './server-command.ts'

/** A server that lives this long after its first words, in ms, counts as started; zkServer.sh counts from the beginning. */
const PROOF_OF_LIFE = 1_000
/** How often a process is looked at, in ms. */
const GLANCE = 50

/** Where the pid of the server of a data folder stands. */
export function pidFileOf(dataDir: string): string {
  return process.env['ZOOPIDFILE'] ?? path.join(dataDir, 'zookeeper_server.pid')
}

/** The pid in a file; null when there is no such file, or nothing like a pid in it. */
export function readPid(file: string): number | null {
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : ''
  return /^[1-9]\d*$/.test(text) ? Number(text) : null
}

/** Whether the process runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether the process is gone within `patience` ms. */
export async function waitForEnd(pid: number, patience: number): Promise<boolean> {
  for (const end = Date.now() + patience; isAlive(pid); ) {
    if (Date.now() > end) return false
    await glance()
  }
  return true
}

/**
 * Starts a server that goes on without us, and writes its pid. Its output is added to the file `output`. Returns null when it
 * lives, otherwise what it had to say.
 */
export async function startInBackground(file: string, pidFile: string, output: string): Promise<string | null> {
  for (const needed of [pidFile, output]) fs.mkdirSync(path.dirname(needed), { recursive: true })
  const before = fs.existsSync(output) ? fs.statSync(output).size : 0
  const log = fs.openSync(output, 'a')
  const child = spawn(process.execPath, serverArguments(file), { detached: true, stdio: ['ignore', log, log] })
  fs.closeSync(log)
  fs.writeFileSync(pidFile, String(child.pid ?? ''))
  let exited = false
  child.once('exit', () => (exited = true)).once('error', () => (exited = true))
  const sizeOf = () => fs.statSync(output).size
  for (let words: number | null = null; words === null || Date.now() < words + PROOF_OF_LIFE; ) {
    await glance()
    if (words === null && sizeOf() > before) words = Date.now()
    if (!exited) continue
    fs.rmSync(pidFile, { force: true })
    return fs.readFileSync(output).subarray(before).toString('utf8').trimEnd()
  }
  child.unref()
  return null
}

function glance(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, GLANCE))
}
