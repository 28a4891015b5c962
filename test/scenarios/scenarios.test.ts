import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MUSEUM, type Played, parseScenario, playScenario, ScenarioError, withBug } from '../../src/hosts/simulation/index.ts'
import { createPeer } from '../../src/peer/index.ts'

/** `UPDATE_GOLDEN=1 npx vitest run test/scenarios` writes the transcripts anew; read the difference before it is committed. */
const UPDATE = process.env['UPDATE_GOLDEN'] === '1'

const folder = new URL('./', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.txt'))

function story({ transcript }: Played): string {
  return `${transcript.join('\n')}\n`
}

describe('scenarios', () => {
  it.each(names)('%s', (name) => {
    const scenario = parseScenario(readFileSync(new URL(name, folder), 'utf8'))
    const played = playScenario(scenario, createPeer)
    expect(played.broken).toEqual([])
    let told = story(played)
    if (scenario.variant !== null) {
      const { name: variant, checkers } = scenario.variant
      const exhibit = MUSEUM.find((other) => other.name === variant)
      expect(exhibit, variant).toBeDefined()
      const broken = exhibit && playScenario(scenario, withBug(exhibit))
      expect(broken?.broken.filter((checker) => checkers.includes(checker))).not.toEqual([])
      if (broken !== undefined) told += `\nWith ${variant}:\n\n${story(broken)}`
    }
    const golden = new URL(`golden/${name}`, folder)
    if (UPDATE) writeFileSync(golden, told)
    expect(told).toBe(readFileSync(golden, 'utf8'))
  })

  it('name the line that cannot be played', () => {
    const play = (text: string) => () => playScenario(parseScenario(text), createPeer)
    expect(play('dance s1')).toThrow(new ScenarioError('there is no verb ‘dance’'))
    expect(play('start s9')).toThrow(new ScenarioError('there is no server s9'))
    expect(play('write c /a 1')).toThrow(new ScenarioError('there is no client c'))
    expect(play('crash s1 gently')).toThrow(new ScenarioError('a crash is by power or kill, not by ‘gently’'))
    expect(play('name A = leader')).toThrow(new ScenarioError('nobody is a leader whom A could stand for'))
  })
})
