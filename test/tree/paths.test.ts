import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameOf, parentPath, sequencePath, validatePath } from '../../src/tree/index.ts'

const ALLOWED = /^(\/[ -.0-~\u00a0-\ud7ff\uf900-\uffef]+)+$/

/** The rule said as a regular expression: names of allowed characters, none of them `.` or `..`. */
function slowlyValid(path: string): boolean {
  if (path === '/') return true
  return ALLOWED.test(path) && !path.split('/').some((name) => name === '.' || name === '..')
}

describe('validatePath', () => {
  it.each([
    ['', 'Path length must be > 0'],
    ['a', 'Path must start with / character'],
    ['/a/', 'Path must not end with / character'],
    ['/a//b', 'Invalid path string "/a//b" caused by empty node name specified @3'],
    ['//', 'Path must not end with / character'],
    ['/.', 'Invalid path string "/." caused by relative paths not allowed @1'],
    ['/a/../b', 'Invalid path string "/a/../b" caused by relative paths not allowed @4'],
    ['/a\0', 'Invalid path string "/a\0" caused by null character not allowed @2'],
    ['/a\u007f', 'Invalid path string "/a\u007f" caused by invalid character @2'],
    ['/\ud83d\ude00', 'Invalid path string "/\ud83d\ude00" caused by invalid character @1'],
    ['/\ufff0', 'Invalid path string "/\ufff0" caused by invalid character @1'],
  ])('refuses %j', (path, reason) => expect(validatePath(path)).toBe(reason))

  it.each(['/', '/a', '/a/b', '/.x', '/a..b', '/a b', '/...', '/..a', '/a.', '/ü', '/\u3042', '/\uf900', '/\u00a0'])('takes %j', (path) => {
    expect(validatePath(path)).toBeNull()
  })

  it('takes what the regular expression takes, and nothing else', () => {
    const unit = fc.constantFrom(
      '/',
      '/',
      '.',
      '.',
      'a',
      '-',
      ' ',
      '\0',
      '\u001f',
      '~',
      '\u007f',
      '\u00a0',
      '\ud7ff',
      '\ud800',
      '\uf8ff',
      '\uf900',
      '\uffef',
      '\ufff0',
    )
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 7 }), (units) => {
        const path = `/${units.join('')}`
        expect(validatePath(path) === null).toBe(slowlyValid(path))
      }),
      { numRuns: 5000 },
    )
  })
})

it('names and parents', () => {
  expect([parentPath('/a'), parentPath('/a/b/c'), nameOf('/a'), nameOf('/a/b/c')]).toEqual(['/', '/a/b', 'a', 'c'])
})

it('sequence numbers are ten digits wide, and negative once the counter has gone round', () => {
  expect(sequencePath('/a/', 2)).toBe('/a/0000000002')
  expect(sequencePath('/q-', 2147483647)).toBe('/q-2147483647')
  expect(sequencePath('/q-', -2147483648)).toBe('/q--2147483648')
  expect(sequencePath('/q-', -1)).toBe('/q--000000001')
})
