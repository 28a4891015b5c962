/**
 * Mutants of a solution: copies with one small fault each, as fingers make them. A check that notices none of them checks nothing.
 * Left alone is what nobody can see from outside: notes, assertions, and the texts in them.
 */
import ts from 'typescript'
import { bodiesOf, parse } from './cut.ts'

/** A copy of a source with one fault. */
export interface Mutant {
  /** `what → what instead`, with a number behind it when there are several such places. */
  readonly name: string
  readonly text: string
}

const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<='],
  '<=': ['<'],
  '>': ['>='],
  '>=': ['>'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['+'],
  '%': ['*'],
  '+=': ['-='],
  '-=': ['+='],
  '>>': ['<<'],
  '<<': ['>>'],
  '&': ['|'],
  '|': ['&'],
}

const METHODS: Readonly<Record<string, string>> = { min: 'max', max: 'min', floor: 'ceil', ceil: 'floor', some: 'every', every: 'some' }

/** What is told or asserted, not done. */
const TALK = /^(note|assert|unreachable)$/

/** All mutants of the bodies of the functions with these names. */
export function mutantsOf(text: string, names: readonly string[]): Mutant[] {
  const tree = parse(text)
  const bodies = bodiesOf(text, names)
  const mutants: Mutant[] = []
  const seen = new Map<string, number>()
  const add = (node: ts.Node, instead: string): void => {
    const what = node.getText(tree)
    const label = `${short(what)} → ${short(instead) || 'nothing'}`
    const number = (seen.get(label) ?? 0) + 1
    seen.set(label, number)
    mutants.push({ name: number === 1 ? label : `${label} #${number}`, text: text.slice(0, node.getStart(tree)) + instead + text.slice(node.end) })
  }
  const visit = (node: ts.Node): void => {
    if (isTalk(node, tree)) return
    mutate(node, tree, add)
    ts.forEachChild(node, visit)
  }
  const within = (node: ts.Node): void => {
    const start = node.getStart(tree)
    if (bodies.some((body) => body.start === start && body.end === node.end)) visit(node)
    else ts.forEachChild(node, within)
  }
  within(tree)
  return mutants
}

function mutate(node: ts.Node, tree: ts.SourceFile, add: (node: ts.Node, instead: string) => void): void {
  if (ts.isBinaryExpression(node)) {
    for (const instead of OPERATORS[node.operatorToken.getText(tree)] ?? []) add(node.operatorToken, instead)
    if (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) add(node, node.right.getText(tree))
  } else if (ts.isIfStatement(node)) {
    for (const instead of ['true', 'false']) add(node.expression, instead)
  } else if (ts.isConditionalExpression(node)) {
    for (const instead of ['true', 'false']) add(node.condition, instead)
  } else if (ts.isWhileStatement(node) || (ts.isForStatement(node) && node.condition !== undefined)) {
    add((ts.isWhileStatement(node) ? node.expression : node.condition) as ts.Node, 'false')
  } else if (ts.isExpressionStatement(node) || ts.isContinueStatement(node)) {
    add(node, ';')
  } else if (ts.isPrefixUnaryExpression(node) && /^[!-]/.test(node.getText(tree)) && !ts.isNumericLiteral(node.operand)) {
    add(node, node.operand.getText(tree))
  } else if (ts.isPropertyAccessExpression(node) && METHODS[node.name.text] !== undefined && ts.isCallExpression(node.parent)) {
    add(node.name, METHODS[node.name.text] as string)
  } else {
    mutateLiteral(node, tree, add)
  }
}

function mutateLiteral(node: ts.Node, tree: ts.SourceFile, add: (node: ts.Node, instead: string) => void): void {
  const text = node.getText(tree)
  if (ts.isNumericLiteral(node)) add(node, String(Number(text) + 1))
  else if (ts.isBigIntLiteral(node)) add(node, `${BigInt(text.slice(0, -1).replaceAll('_', '')) + 1n}n`)
  else if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, 'false')
  else if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, 'true')
  else if (ts.isStringLiteral(node) && /^[A-Za-z][\w-]*$/.test(node.text)) add(node, "'something-else'")
}

function isTalk(node: ts.Node, tree: ts.SourceFile): boolean {
  if (ts.isTemplateExpression(node) || ts.isTypeNode(node)) return true
  if (ts.isCallExpression(node) && TALK.test(node.expression.getText(tree))) return true
  if (!ts.isExpressionStatement(node) || !ts.isCallExpression(node.expression)) return false
  const { arguments: given, expression } = node.expression
  if (TALK.test(expression.getText(tree))) return true
  return (
    /\.push$/.test(expression.getText(tree)) &&
    given.length > 0 &&
    given.every((one) => ts.isCallExpression(one) && TALK.test(one.expression.getText(tree)))
  )
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line === ';' ? '' : line.length <= 60 ? line : `${line.slice(0, 57)}...`
}
