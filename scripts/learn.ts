/** `npm run learn`: the exercises of the course. Without a word: what there is and how far you are. */
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { allExercises, type Entry, findExercise, isOfServers, root } from '../exercises/support/catalogue.ts'
import { tellHint, tellList, tellTask } from '../exercises/support/pages.ts'
import { loadProgress, recordProgress } from '../exercises/support/progress.ts'
import { say } from '../exercises/support/say.ts'

// Whatever brings the compiler or the servers in is imported where it is needed: the list is to be there at once.

const command = new Command('npm run learn --')
  .description('The exercises of the course: you write the deciding parts of ZooKeeper, in my/, and hear within a second whether they are right.')
  .usage('[exercise | command]')
  .argument('[exercise]', 'an id such as 03b: puts its starter into my/ and judges it at every save')
  .action(async (id?: string) => (id === undefined ? list() : work(await exercise(id))))
command.command('list').description('what there is, and how far you are').action(list)
command.command('next').description('go on with the first exercise that is not passed').action(next)
command
  .command('check <exercise>')
  .description('judge once; the exit code is 0 when it is passed')
  .option('--only <text>', 'only the promises whose names contain this')
  .action(async (id: string, { only }: { only?: string }) => check(await exercise(id), only))
command
  .command('hint <exercise>')
  .description('a question; then, asked again, a pointer; then a sketch')
  .action(async (id: string) => say(hint(await exercise(id))))
command
  .command('solution <exercise>')
  .description('the reference, and other ways that are right, once you have passed')
  .option('--give-up', 'or before')
  .action(async (id: string, { giveUp = false }: { giveUp?: boolean }) => solution(await exercise(id), giveUp))
command
  .command('reset <exercise>')
  .description('a fresh starter; what you have written is kept beside it')
  .action(async (id: string) => startAgain(await exercise(id)))
command
  .command('swap <exercises> <script> [arguments...]')
  .description(
    'run a script of package.json with your files in place of the course’s: swap 03b simulate --seeds 20; swap 03b,04c start; swap 03b test',
  )
  .allowUnknownOption()
  .action(swap)
command
  .command('grade [folders...]')
  .description('judge whole folders of solutions, such as those handed in by a class')
  .option('--json <file>', 'write a report')
  .action(gradeAll)
command.command('doctor').description('is everything there that is needed?').action(doctor)

await command.parseAsync()

async function list(): Promise<void> {
  say(tellList(await allExercises(), loadProgress()))
}

async function next(): Promise<void> {
  const { standings } = loadProgress()
  const open = (await allExercises()).find(({ id }) => standings.get(id)?.state !== 'passed' && standings.get(id)?.state !== 'gave-up')
  if (open === undefined) return say(['There is no next one: you have done them all.'])
  await work(open)
}

/** With a terminal it goes on at every save; without one it judges once. */
async function work(entry: Entry): Promise<void> {
  const { begin } = await import('../exercises/support/workspace.ts')
  if (begin(entry)) recordProgress(entry.id, { state: 'started' })
  if (!process.stdin.isTTY) {
    say([...tellTask(entry), ''])
    return check(entry)
  }
  const { watchExercise } = await import('../exercises/support/watch.ts')
  await watchExercise(entry, () => hint(entry))
}

async function check(entry: Entry, only?: string): Promise<void> {
  demandBegun(entry)
  const [{ judge }, { Runner }, { tellPass }] = await Promise.all([
    import('../exercises/support/judge.ts'),
    import('../exercises/support/runner.ts'),
    import('../exercises/support/watch.ts'),
  ])
  const runner = new Runner()
  const { lines, passed } = await judge(entry, runner, only === undefined ? {} : { only })
  await runner.close()
  say(lines)
  if (!passed || (only === undefined && !tellPass(entry))) process.exitCode = 1
}

function hint(entry: Entry): readonly string[] {
  const { lines, number } = tellHint(entry, loadProgress().standings.get(entry.id)?.hints ?? 0)
  recordProgress(entry.id, { hints: number })
  return lines
}

async function solution(entry: Entry, giveUp: boolean): Promise<void> {
  const state = loadProgress().standings.get(entry.id)?.state
  if (state !== 'passed' && state !== 'gave-up') {
    if (!giveUp)
      return command.error(
        `error: you have not passed ${entry.id} yet. Another hint: npm run learn -- hint ${entry.id}. The solution all the same: --give-up`,
      )
    recordProgress(entry.id, { state: 'gave-up' })
  }
  const { tellSolution } = await import('../exercises/support/solution.ts')
  console.log((await tellSolution(entry)).join('\n'))
}

async function startAgain(entry: Entry): Promise<void> {
  const { reset } = await import('../exercises/support/workspace.ts')
  const kept = reset(entry)
  say([`${entry.mine} is as it was at the beginning${kept === null ? '' : `; what you had written is in ${kept}`}`])
}

async function swap(ids: string, script: string, rest: readonly string[]): Promise<void> {
  const [{ isUnsolved }, { parseSwap, SwapError, swapEnvironment }] = await Promise.all([
    import('../exercises/support/workspace.ts'),
    import('../src/cli/swap.ts'),
  ])
  const entries = await Promise.all(ids.split(',').map(exercise))
  try {
    for (const entry of entries) demandBegun(entry)
    const unsolved = entries.find(isUnsolved)
    if (unsolved !== undefined) return command.error(`error: ${unsolved.mine} is not solved yet: nothing can run on it`)
    const elsewhere = ['simulate', 'start'].includes(script) ? entries.find((entry) => !isOfServers(entry)) : undefined
    if (elsewhere !== undefined) return command.error(`error: no server runs ${elsewhere.source}: ${script} would not notice yours`)
    const swaps = entries.map(({ mine }) => parseSwap(join(root, mine)))
    const env = { ...process.env, ...swapEnvironment(swaps, null), ZK_CALLED: `npm run learn -- swap ${ids} ${script}` }
    const run = spawnSync('npm', ['run', '--silent', script, '--', ...rest], { stdio: 'inherit', env })
    process.exitCode = run.status ?? 1
  } catch (error) {
    if (!(error instanceof SwapError)) throw error
    command.error(`error: ${error.message}`)
  }
}

function demandBegun({ id, mine }: Entry): void {
  if (!existsSync(join(root, mine))) command.error(`error: ${mine} does not exist: npm run learn -- ${id} puts the starter there`)
}

async function gradeAll(folders: readonly string[], { json }: { json?: string }): Promise<void> {
  const { grade, tellGrades } = await import('../exercises/support/grade.ts')
  const report = await grade(folders.length === 0 ? ['my'] : folders)
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
  say(tellGrades(report))
}

async function doctor(): Promise<void> {
  const { examine } = await import('../exercises/support/doctor.ts')
  const { lines, healthy } = examine(await allExercises())
  say(lines)
  if (!healthy) process.exitCode = 1
}

async function exercise(id: string): Promise<Entry> {
  const found = await findExercise(id)
  if (found !== undefined) return found
  const ids = (await allExercises()).map((entry) => entry.id)
  return command.error(`error: there is no exercise or command ‘${id}’. Exercises: ${ids.join(' ')}; commands: npm run learn -- --help`)
}
