# Until the caller ends the package's own `name` is `value`.
local_own <- function(name, value, env = parent.frame()) {
  before <- get(name, asNamespace("tildenet"))
  utils::assignInNamespace(name, value, "tildenet")
  withr::defer(utils::assignInNamespace(name, before, "tildenet"), env)
}
