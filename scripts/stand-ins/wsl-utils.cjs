/** oclif asks only to print `wsl` in the place of `linux` in its version line. */
exports.isWsl = false
