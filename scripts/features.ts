/**
 * Which features of ZooKeeper are proven by the tests that have just run.
 *
 *     export ZK_RESULTS=$(mktemp -d)
 *     npm test && npm run test:interop
 *     npm run features -- $ZK_RESULTS/*.json
 *
 * `test/features.json` maps each feature to tests, `file › name`. The code is 1 when one of these did not run and pass in the
 * runs that are given, and when a feature that clients or deployments rely on has no test. Rare ones without are listed as open.
 */
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { z } from 'zod'

const root = join(import.meta.dirname, '..')

/** A row of the inventory. Level C: clients fail without it; S: deployments expect it; A: rare, and `open` may say why it has no test. */
const Features = z.array(
  z.object({ row: z.string(), level: z.enum(['C', 'S', 'A']), feature: z.string(), tests: z.array(z.string()), open: z.string().optional() }),
)

type Feature = z.output<typeof Features>[number]

/** What is used of the output of vitest's reporter `json`. */
const Results = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() })),
    }),
  ),
})

const files = process.argv.slice(2)
if (files.length === 0) {
  console.error('usage: npm run features -- <file of $ZK_RESULTS> …')
  process.exit(2)
}

const passed = files.flatMap(passedIn)
const features = Features.parse(JSON.parse(readFileSync(join(root, 'test/features.json'), 'utf8')))
const faults = new Map(features.map((feature) => [feature, faultsOf(feature)]))
const proven = features.filter((feature) => feature.tests.length > 0 && faults.get(feature)?.length === 0)

for (const { row, level, feature, open } of features) if (open !== undefined) console.log(`open    ${row} (${level}) ${feature}: ${open}`)
for (const [{ row, feature }, reasons] of faults) for (const reason of reasons) console.log(`failed  ${row} ${feature}: ${reason}`)
for (const level of ['C', 'S', 'A']) {
  const rows = features.filter((feature) => feature.level === level)
  console.log(`level ${level}: ${proven.filter((feature) => feature.level === level).length} proven / ${rows.length} rows`)
}
console.log(`${proven.length} proven / ${features.length} rows`)
process.exitCode = [...faults.values()].every((reasons) => reasons.length === 0) ? 0 : 1

function faultsOf({ level, tests, open }: Feature): readonly string[] {
  if (tests.length === 0) return level === 'A' && open !== undefined ? [] : ['no test']
  return tests.filter((test) => !passed.some((name) => isThat(name, test))).map((test) => `did not run and pass: ${test}`)
}

/** Names of the tests that have passed, `file › describe › … › title`. */
function passedIn(file: string): string[] {
  return resultsIn(file).testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'passed')
      .map(({ ancestorTitles, title }) => [relative(root, name), ...ancestorTitles, title].join(' › ')),
  )
}

function resultsIn(file: string): z.output<typeof Results> {
  try {
    return Results.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    const reason = error instanceof z.ZodError ? 'something else is in it' : (error as Error).message
    console.error(`${file} holds no results of tests (${reason}): give the files that a run has left in $ZK_RESULTS`)
    process.exit(2)
  }
}

/** A test is named by its file and the end of its name; what stands between may be left out. */
function isThat(name: string, test: string): boolean {
  const [file = '', ...titles] = test.split(' › ')
  return name.startsWith(`${file} › `) && name.endsWith(titles.join(' › '))
}
