/** What a reader's file may not do, so that what its checks say means something. */
import { posix } from 'node:path'
import ts from 'typescript'
import type { Entry } from './catalogue.ts'
import { parse } from './cut.ts'

/** A place in the reader's file with what is wrong there. */
export interface Objection {
  /** From 1. */
  readonly line: number
  readonly message: string
}

/** Names through which a file could see or change what judges it. */
const OUTSIDE = new Set(['process', 'globalThis', 'eval', 'Function', 'require', 'Date', 'Reflect'])

/** Everything in a reader's file that does not belong there. */
export function objectionsTo(text: string, { source, mine, id }: Pick<Entry, 'source' | 'mine' | 'id'>): Objection[] {
  const tree = parse(text)
  const objections: Objection[] = []
  if (text.trim() === '') return [{ line: 1, message: `the file is empty; npm run learn -- reset ${id} gives you a fresh one` }]
  const object = (node: ts.Node, message: string) =>
    objections.push({ line: tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1, message })
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword)
      object(node, '`any` switches the compiler off, which would have found the next mistake: say what it is')
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      const message = faultOfImport(node.moduleSpecifier, source, mine)
      if (message !== null) object(node, message)
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) object(node, 'import() is not needed: import at the top')
    if (ts.isIdentifier(node) && OUTSIDE.has(node.text) && isFree(node))
      object(node, `${node.text} is out of bounds: a machine knows only what it is given`)
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'prototype') object(node, 'what others are made of is not to be changed')
    ts.forEachChild(node, visit)
  }
  visit(tree)
  text.split('\n').forEach((line, i) => {
    if (/@ts-(ignore|nocheck|expect-error)/.test(line))
      objections.push({ line: i + 1, message: 'the compiler is not to be silenced: it is on your side' })
  })
  return objections
}

function faultOfImport(specifier: ts.Expression | undefined, source: string, mine: string): string | null {
  if (specifier === undefined || !ts.isStringLiteral(specifier)) return null
  const path = posix.join(posix.dirname(mine), specifier.text)
  if (!specifier.text.startsWith('.')) return `${specifier.text} is a package; everything needed is in src/`
  if (path === source) return 'this imports the solution'
  return path.startsWith('src/') || posix.dirname(path) === 'exercises/support' ? null : `${specifier.text} is not a file of src/`
}

function isFree(node: ts.Identifier): boolean {
  const { parent } = node
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node
  return !isMember && !ts.isPropertyAssignment(parent) && !ts.isPropertySignature(parent) && !ts.isMethodSignature(parent)
}
