import { expect, it } from 'vitest'
import { Transitions } from '../../scripts/diagrams/transitions.ts'

class Door {
  state = 'shut'
  locked = false

  open(): void {
    this.state = 'open'
  }

  close(): void {
    this.state = 'shut'
  }

  lock(): void {
    this.locked = true
  }
}

it('an arrow bears the name of the function that took the step', () => {
  const [seen, door, other] = [new Transitions(), new Door(), new Door()]
  for (const one of [door, other]) seen.watchField(one, 'state')
  door.open()
  door.close()
  other.close()
  expect(seen.draw()).toEqual(['state "shut" as shut', 'state "open" as open', '[*] --> shut', 'shut --> open : open', 'open --> shut : close'])
  expect([...seen.assigners]).toEqual(['open', 'close'])
})

it('a state may be made of several fields', () => {
  const [seen, door] = [new Transitions(), new Door()]
  seen.watch(() => (door.locked ? `${door.state}, locked` : door.state), [door, 'state'], [door, 'locked'])
  door.lock()
  expect(seen.draw().slice(2)).toEqual(['[*] --> shut', 'shut --> shut_locked : lock'])
})
