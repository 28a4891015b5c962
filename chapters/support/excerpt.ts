/** Named pieces of source files, as chapters quote them. */
import ts from 'typescript'

/** A file longer than this is not quoted whole. */
const LONGEST_FILE = 100

/**
 * The piece with this name as it stands in the file, without the comment above it: a function, class, interface, type or
 * constant; `Class.member` for a part of one, which is moved to the margin; `default` for the default export. Without a name,
 * the whole file. Throws when there is no such piece.
 */
export function excerpt(path: string, text: string, name: string | undefined): string {
  const lines = text.trimEnd().split('\n')
  if (name === undefined) {
    if (lines.length > LONGEST_FILE) throw new Error(`${path} has ${lines.length} lines: name the piece to quote`)
    return lines.join('\n')
  }
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const [outer = '', inner] = name.split('.')
  const found = declarations(file.statements, outer).flatMap((node) => (inner === undefined ? [node] : members(node, inner)))
  const [first, last] = [found[0], found.at(-1)]
  if (!first || !last) throw new Error(`${path} has no ${name}`)
  const lineAt = (position: number) => file.getLineAndCharacterOfPosition(position).line
  return outdented(lines.slice(lineAt(first.getStart(file)), lineAt(last.end) + 1)).join('\n')
}

/** The statements that declare a name: several, if it is overloaded. */
function declarations(statements: readonly ts.Statement[], name: string): ts.Node[] {
  return statements.filter((statement) => {
    if (name === 'default') return ts.isExportAssignment(statement) || modifiersOf(statement).includes(ts.SyntaxKind.DefaultKeyword)
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.some((one) => one.name.getText() === name)
    return 'name' in statement && (statement.name as ts.Node | undefined)?.getText() === name
  })
}

function members(node: ts.Node, name: string): ts.Node[] {
  if (!ts.isClassDeclaration(node) && !ts.isInterfaceDeclaration(node)) return []
  return [...node.members].filter((member) => (ts.isConstructorDeclaration(member) ? 'constructor' : member.name?.getText()) === name)
}

function modifiersOf(node: ts.Node): ts.SyntaxKind[] {
  return ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []).map(({ kind }) => kind) : []
}

function outdented(lines: readonly string[]): string[] {
  const margin = Math.min(...lines.filter((line) => line !== '').map((line) => line.search(/\S/)))
  return lines.map((line) => line.slice(margin))
}
