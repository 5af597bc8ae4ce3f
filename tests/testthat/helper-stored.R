# Objects as they come out of files that were changed: one element at a time is replaced.

# Paths to all that a saved object holds: fields of environments, elements of lists, attributes named "design".
stored_paths <- function(object) {
  found <- list()
  seen <- new.env()
  visit <- function(x, path) {
    if (is.function(x)) x <- if (inherits(x, "tildenet_object")) environment(x)
    if (is.environment(x)) {
      key <- rlang::obj_address(x)
      if (exists(key, seen) || environmentName(x) != "") return()
      assign(key, TRUE, seen)
    }
    if (!is.null(attr(x, "design"))) visit(attr(x, "design"), c(path, "@"))
    names <- if (is.environment(x)) sort(ls(x, all.names = TRUE)) else if (is.list(x)) seq_along(x)
    for (name in names) {
      here <- c(path, list(name))
      found[[length(found) + 1]] <<- here
      visit(if (is.environment(x)) get(name, x) else unclass(x)[[name]], here)
    }
  }
  visit(object, list())
  found
}

# The object with f() of what stands at the path; environments are changed in place.
change_stored <- function(object, path, f) {
  if (length(path) == 0) return(f(object))
  name <- path[[1]]
  if (is.function(object)) {
    change_stored(environment(object), path, f)
  } else if (is.environment(object)) {
    assign(name, change_stored(get(name, object), path[-1], f), object)
  } else if (identical(name, "@")) {
    attr(object, "design") <- change_stored(attr(object, "design"), path[-1], f)
  } else {
    class <- oldClass(object)
    object <- unclass(object)
    object[name] <- list(change_stored(object[[name]], path[-1], f))
    oldClass(object) <- class
  }
  object
}

# Something else in its place.
mutated <- function(x) {
  one <- function(value) if (is.numeric(x) && length(x) > 0) replace(x, sample(length(x), 1), value) else value
  switch(sample(12, 1), NULL, NA, -1, -2^31, one(NA), one(-1), one(2^31), one(1e18), if (length(x) > 0 && is.vector(x)) x[-1],
         if (is.atomic(x)) c(x, x) else list(x, 1), "x", list())
}

# use() of n objects with one change each: "ok", the class of an error, or words of base R with the place.
use_mutated <- function(object, use, n, seed = 1) {
  bytes <- serialize(object, NULL)
  paths <- stored_paths(unserialize(bytes))
  vapply(seq_len(n), function(k) {
    set.seed(seed * 1000 + k)
    path <- sample(paths, 1)[[1]]
    changed <- unserialize(bytes)
    changed <- change_stored(changed, path, mutated)
    tryCatch({
      suppressWarnings(suppressMessages(use(changed)))
      "ok"
    }, error = function(e) {
      if (inherits(e, "tildenet_error")) "refused" else paste(k, paste(path, collapse = "/"), conditionMessage(e))
    })
  }, "")
}
