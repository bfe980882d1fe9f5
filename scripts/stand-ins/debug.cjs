/** oclif and simple-git make a logger each time they start; few people read it, and the real one takes long to load. */
const silent = Object.assign(() => undefined, {enabled: false, extend: () => silent})
// By its file: the name of the package stands for this file.
const createDebug = process.env.DEBUG ? require('../../node_modules/debug/src/node.js') : Object.assign(() => silent, {formatters: {}})
module.exports = Object.assign(createDebug, {default: createDebug})
