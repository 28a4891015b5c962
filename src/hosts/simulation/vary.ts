/** Draws the knobs of a run from its seed: many small worlds of different shapes find more than many of the same. */
import { Prng } from '../../kernel/index.ts'
import { type EnsembleOptions, ensembleOptions } from './ensemble.ts'

/** Options for this seed; what is given in `fixed` is not drawn. Limits are low, so that runs go beyond all of them. */
export function variedOptions(seed: bigint, fixed: Partial<Omit<EnsembleOptions, 'seed'>>): EnsembleOptions {
  const random = new Prng(seed ^ 0x0b7a_1e5n)
  const delayMax = random.pick([1, 2, 5, 20, 50])
  const syncMax = random.pick([1, 5, 20, 60])
  const settings = {
    snapCount: random.pick([8, 20, 50, 200, 100_000]),
    commitLogCount: random.pick([2, 5, 20, 100]),
    snapshotSizeFactor: random.pick([-1, 0, 0, 0.33]),
    preAllocSize: random.pick([1024, 4096, 65_536]),
  }
  const usual = ensembleOptions(seed)
  return {
    ...usual,
    network: { ...usual.network, delayMax, jitterMax: delayMax / 2, splitShare: random.pick([0, 0.05, 0.5]) },
    disk: { ...usual.disk, syncMax },
    clock: { driftMax: random.pick([0, 0.001, 0.02]), skewMax: random.pick([0, 5000, 3_600_000]) },
    schedulingMax: random.pick([0.05, 0.2, 5]),
    pace: { thinkMax: random.pick([0, 10, 50]), restMax: random.pick([5000, 10_000, 20_000]) },
    depthMax: random.pick([1, 4, 16]),
    ...fixed,
    settings: { ...settings, ...fixed.settings },
  }
}
