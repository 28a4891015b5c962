import { defineConfig } from 'vitest/config'
import { swapped } from './test/support/swap-plugin.ts'

/** Where each run leaves a file of its results, for `scripts/features.ts`. */
const results = process.env['ZK_RESULTS']

/**
 * The suites: `unit` and `chapters`, which plays the book from its first page to its last, need nothing but Node; `museum` finds planted bugs
 * again; `versions` compares this version of Node with another one; `exercises` has wrong solutions caught; `interop` sets real ZooKeeper servers and clients beside ours.
 */
export default defineConfig({
  test: {
    reporters: [
      'default',
      './test/support/closing-line-reporter.ts',
      ...(results === undefined ? [] : [['json', { outputFile: `${results}/${process.pid}.json` }] as ['json', { outputFile: string }]]),
    ],
    // Both cores of a small machine: by itself Vitest leaves one of them idle.
    maxWorkers: '100%',
    projects: [
      // A test takes a second or two; on a machine that is busy with other things, many times that.
      {
        plugins: [swapped()],
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/interop/**',
            'test/museum/**',
            'test/chapters/**',
            'test/exercises/{table,visible}.test.ts',
            'test/simulation/other-node.test.ts',
          ],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      { test: { name: 'chapters', include: ['test/chapters/**/*.test.ts'], testTimeout: 180_000 } },
      { test: { name: 'museum', include: ['test/museum/**/*.test.ts'], testTimeout: 300_000 } },
      { test: { name: 'versions', include: ['test/simulation/other-node.test.ts'] } },
      { test: { name: 'exercises', include: ['test/exercises/{table,visible}.test.ts'], testTimeout: 300_000 } },
      {
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          // Each file runs ensembles of up to five processes: one file after the other.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
