/** `npm start` without a terminal: an ensemble of processes, told in lines. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isAlive } from '../../src/cli/background.ts'
import { freePorts } from '../../src/cli/free-ports.ts'
import { until } from '../support/servers.ts'
import { root } from '../support/source.ts'

const data = fs.mkdtempSync(path.join(os.tmpdir(), 'zk-start-'))

/** One run of the command, with all that it has printed so far. */
interface Run {
  readonly child: ChildProcess
  output: string
  code: number | null
}

const running: Run[] = []
afterAll(() => {
  for (const { child } of running) child.kill('SIGKILL')
  fs.rmSync(data, { recursive: true, force: true })
})

function start(...args: string[]): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'src/cli/start.ts'), ...args], { cwd: root })
  const run: Run = { child, output: '', code: null }
  const collect = (text: Buffer) => {
    run.output += text.toString()
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  child.once('close', (code) => {
    run.code = code
  })
  running.push(run)
  return run
}

describe('npm start', () => {
  it('serves, survives a kill, restarts the victim and ends all its children', async () => {
    const run = start('--data', data, '--port', '24600')
    const says = (text: string | RegExp) =>
      until(
        String(text),
        () => (typeof text === 'string' ? run.output.includes(text) : text.test(run.output)),
        () => run.output,
      )
    await says('serving 127.0.0.1:24600,127.0.0.1:24601,127.0.0.1:24602\n')
    const pids = [...run.output.matchAll(/ pid (\d+)/g)].map(([, pid]) => Number(pid))
    const leader = /server (\d) \S+ pid \d+ leader epoch 1/.exec(run.output)?.[1]
    run.child.stdin?.write(`k ${leader}\n`)
    await says(`server ${leader}: killed with -9`)
    await says(/leader epoch 2/)
    run.output = ''
    run.child.stdin?.write(`r ${leader}\n`)
    await says(new RegExp(`server ${leader} \\S+ pid \\d+ follower epoch 2`))
    pids.push(...[...run.output.matchAll(/ pid (\d+)/g)].map(([, pid]) => Number(pid)))
    const second = start('--data', data)
    await until(
      'the refusal',
      () => second.code === 1,
      () => second.output,
    )
    expect(second.output).toContain(`in use by process ${run.child.pid}`)
    run.child.kill('SIGINT')
    await until('the end', () => run.code !== null)
    expect(run.code).toBe(0)
    expect(run.output).toContain(`stopped; the data stay in ${data}/3-servers`)
    expect(pids.filter(isAlive)).toEqual([])
  })

  it('leaves no server behind when it is killed itself', async () => {
    const run = start('1', '--data', data, '--port', '24600')
    await until(
      'serving',
      () => run.output.includes('serving 127.0.0.1:246'),
      () => run.output,
    )
    const [, pid = ''] = / pid (\d+)/.exec(run.output) ?? []
    expect(isAlive(Number(pid))).toBe(true)
    run.child.kill('SIGKILL')
    await until('the end of the server', () => !isAlive(Number(pid)))
  })

  it('names the ports that it takes when the usual ones are taken', async () => {
    const [port] = await freePorts('127.0.0.1', 20_100, 1, new Set())
    const other = net.createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    const run = start('1', '--data', path.join(data, 'other'), '--port', String(port))
    await until(
      'the reason',
      () => new RegExp(`ports? (\\d+, )*${port}(, \\d+)* (is|are) taken: clients are served on (?!${port})\\d+\n`).test(run.output),
      () => run.output,
    )
    other.close()
  })

  it.each([
    [['0'], 'Choose a number from 1 to 9.'],
    [['5', '--observers', '5'], 'at most 9 servers'],
    [['1', '--observers', '1'], 'at least two voters'],
    [['--port', 'x'], 'Choose a number from 1024 to 60000.'],
  ])('refuses %j', async (args, message) => {
    const run = start(...args, '--data', data)
    await until('the end', () => run.code !== null)
    expect(run.code).toBe(1)
    expect(run.output).toContain(message)
  })
})
