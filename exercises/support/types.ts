/** What the compiler says of a reader's file, by the rules of the house. */
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './catalogue.ts'
import type { Objection } from './guard.ts'

/** The errors in one file (a path); those of other files are not the reader's. */
export function typeErrors(file: string): Objection[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile) as { config: { compilerOptions: object } }
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, noUnusedLocals: false, noUnusedParameters: false }, root)
  const program = ts.createProgram([file], { ...options, typeRoots: [join(root, 'node_modules/@types')] })
  const source = program.getSourceFile(file)
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(({ start = 0, messageText }) => ({
    line: (source?.getLineAndCharacterOfPosition(start).line ?? 0) + 1,
    message: ts.flattenDiagnosticMessageText(messageText, ' '),
  }))
}
