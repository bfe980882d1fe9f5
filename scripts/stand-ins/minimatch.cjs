/** oclif asks which dependencies a list of plugins means. All but a few entries are plain names. */
exports.minimatch = (name, pattern) => name === pattern || (/[*?[{(!]/.test(pattern) && require('picomatch').isMatch(name, pattern))
