# Machines that lack packages.

# `code` as if the package were not installed, for code that asks has_package().
without_package <- function(package, code) {
  own <- has_package
  local_own("has_package", function(name, ...) name != package && own(name, ...))
  code
}

# A library of the installed package and what it cannot do without. NULL where base R's own library, which no
# process is without, holds more than R brings.
least_library <- function(env = parent.frame()) {
  if (any(rownames(utils::installed.packages(.Library, priority = "NA")) != "tildenet")) return(NULL)
  library <- withr::local_tempdir(.local_envir = env)
  needs <- tools::package_dependencies("tildenet", utils::installed.packages(), c("Depends", "Imports"), TRUE)[[1]]
  folders <- vapply(c("tildenet", needs), function(package) find.package(package), "")
  folders <- folders[dirname(folders) != .Library]
  file.symlink(folders, file.path(library, basename(folders)))
  library
}

# Packages that are attached from here on are detached at the end of the test.
local_search_path <- function(env = parent.frame()) {
  before <- search()
  withr::defer(for (name in setdiff(search(), before)) detach(name, character.only = TRUE), env)
}
