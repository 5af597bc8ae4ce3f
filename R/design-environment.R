# What of the formula's surroundings a fit keeps.

# The environment a fit keeps for evaluating the formula on new data: what the formula names and
# the calling frames hold, on top of the global environment or namespace they hang from. The frames
# themselves, with the data frames in them, are left behind; vectors as long as the data too. (A
# function defined in such a frame brings the frame with it: R ties the two together.)
design_environment <- function(formula, data) {
  frame <- environment(formula)
  if (is_lasting(frame)) return(frame)
  kept <- new.env(parent = emptyenv())
  wanted <- all.names(formula, unique = TRUE)
  while (!is_lasting(frame)) {
    for (name in setdiff(intersect(wanted, ls(frame, all.names = TRUE)), ls(kept))) {
      value <- get(name, envir = frame)
      is_data <- name %in% names(data) || (nrow(data) >= 50 && NROW(value) == nrow(data))
      if (is.function(value) || !is_data) assign(name, value, envir = kept)
    }
    frame <- parent.env(frame)
  }
  parent.env(kept) <- frame
  kept
}

# Environments that are saved by name, not by content.
is_lasting <- function(env) {
  identical(env, globalenv()) || identical(env, emptyenv()) || isNamespace(env) ||
    identical(env, baseenv()) || !is.null(attr(env, "name"))
}
