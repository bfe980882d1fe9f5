import type {CheckImport} from '../problem.ts'
import type {Tree} from '../tree.ts'

export async function createJavaScriptCheck(_tree: Tree): Promise<CheckImport> {
  return async () => []
}
