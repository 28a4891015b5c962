/** A server that tells its clients of changes and is not careful when: the real one, with its events held back. */
import type { CreateServer } from '../../src/hosts/simulation/index.ts'
import { onServing, replaceMethod } from '../../src/hosts/simulation/museum/surgery.ts'
import { createPeer } from '../../src/peer/index.ts'

/** An event waits until its server has given two more answers, to whomever. */
export const eventsAfterAnswers: CreateServer = (settings) => {
  const peer = createPeer(settings)
  for (const mode of ['leader', 'learner'] as const) {
    onServing(peer, mode, ({ pipeline }) => {
      const { next } = (pipeline as unknown as { readonly pipeline: { readonly committer: { readonly next: object } } }).pipeline.committer
      let [waiting, due]: (() => void)[][] = [[], []]
      replaceMethod<readonly unknown[], void>(
        next,
        'notify',
        (original) =>
          (...event) =>
            void waiting?.push(() => original(...event)),
      )
      replaceMethod<readonly unknown[], void>(next, 'reply', (original) => (...answer) => {
        original(...answer)
        for (const tell of due ?? []) tell()
        due = waiting
        waiting = []
      })
    })
  }
  return peer
}
