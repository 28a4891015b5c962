import { describe, expect, it } from 'vitest'
import { type Command, readKey } from '../../src/cli/commands.ts'

/** The commands in what somebody types. */
function commandsIn(text: string): { readonly commands: Command[]; readonly typed: string } {
  const commands: Command[] = []
  let typed = ''
  for (const key of text) {
    const typing = readKey(typed, key)
    typed = typing.typed
    if (typing.command !== null) commands.push(typing.command)
  }
  return { commands, typed }
}

describe('the short commands of npm start', () => {
  it('are a letter and a number, with or without a blank', () => {
    expect(commandsIn('k 1p2c  3R4').commands).toEqual([
      { kind: 'kill', sid: 1 },
      { kind: 'pause', sid: 2 },
      { kind: 'continue', sid: 3 },
      { kind: 'restart', sid: 4 },
    ])
  })

  it('may come in lines', () => {
    expect(commandsIn('k 1\nr 1\n').commands).toEqual([
      { kind: 'kill', sid: 1 },
      { kind: 'restart', sid: 1 },
    ])
  })

  it('begin anew with a letter, and are forgotten with any other key', () => {
    expect(commandsIn('kp1').commands).toEqual([{ kind: 'pause', sid: 1 }])
    expect(commandsIn('k\x1b1').commands).toEqual([])
    expect(commandsIn('k01').commands).toEqual([])
    expect(commandsIn('1').commands).toEqual([])
    expect(commandsIn('k ').typed).toBe('k')
  })

  it.each(['q', 'Q', '\x03', '\x04'])('quit with %j', (key) => {
    expect(commandsIn(`k${key}`)).toEqual({ commands: [{ kind: 'quit' }], typed: '' })
  })
})
