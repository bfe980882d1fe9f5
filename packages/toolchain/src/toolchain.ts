export {nearestFolder, foldersAbove} from './folders.ts'
export {findNodeProgram, nodeProject, type NodeProject, type PackageManager} from './node.ts'
export {findPython, findPythonProgram, pythonInstall} from './python.ts'
export type {ProjectTree} from './tree.ts'
