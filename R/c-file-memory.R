# Where values lie: in the arguments of the C function, in arrays of constants, or in one array of floats and one of
# flags, whose places are used again as soon as nobody reads what is there. In the code of steps "{v3}" stands for
# value 3, "{m3}" for the mask that is made with it, "{r2.1.10}" for 10 floats that step 2 needs for itself.

# steps: of c_steps_of(); given: places by id of values that are there before; targets: where the outputs go.
# Returns list(steps, room, flags): steps with `lines`, sizes of the two arrays.
c_place <- function(steps, graph, given, outputs, targets) {
  steps <- c_drop_masks(steps)
  for (step in steps) if (!is.null(step$at)) given[as.character(step$outputs)] <- step$at
  size <- vapply(graph$shapes, prod, 0)
  owner <- c_owners(steps, size, names(given), outputs)
  steps <- lapply(steps, c_with_lines, owner = owner, size = size)
  ends <- c_outputs(owner, size, names(given), outputs, targets)
  steps <- c(steps, list(list(title = "", lines = ends$copies)))
  places <- c(given, ends$places)
  names(places) <- paste0("{v", names(places), "}")
  spans <- c_spans(lapply(steps, `[[`, "lines"), size, vapply(graph$flags, function(f) f$size %||% 0, 0))
  is_flag <- startsWith(spans$token, "{m")
  flags <- c_offsets(spans[is_flag, ])
  room <- c_offsets(spans[!is_flag & !spans$token %in% names(places), ])
  places <- c(places, c_place_text("flags", flags), c_place_text("room", room))
  for (k in seq_along(steps)) steps[[k]]$lines <- c_fill_in(steps[[k]]$lines, places)
  list(steps = Filter(function(step) length(step$lines) > 0, steps), room = c_top(room), flags = c_top(flags))
}

c_tokens <- function(lines, kind = "[vmr]") {
  unique(unlist(regmatches(lines, gregexpr(paste0("\\{", kind, "[0-9.]+\\}"), lines)))) %||% character()
}

# Masks that no step reads are not made.
c_drop_masks <- function(steps) {
  needed <- character()
  for (k in rev(seq_along(steps))) {
    if (!paste0("{m", steps[[k]]$outputs[1], "}") %in% needed) steps[[k]]$mask <- NULL
    needed <- c(needed, c_tokens(c(steps[[k]]$code, steps[[k]]$mask), "m"))
  }
  steps
}

# By id, the value in whose memory a value lies: its own, that of what it is a view of, or that of an input of its
# step which nobody reads any more. fixed: ids of what may not be written to.
c_owners <- function(steps, size, fixed, outputs) {
  owner <- seq_along(size)
  for (step in steps) if (!is.null(step$view)) owner[step$outputs[1]] <- owner[step$inputs[step$view]]
  last <- numeric(length(size)) # step that reads it last, by owner
  for (k in seq_along(steps)) last[owner[c_reads(steps[[k]])]] <- k
  last[owner[outputs]] <- Inf
  for (k in seq_along(steps)) {
    id <- steps[[k]]$outputs[1]
    inputs <- steps[[k]]$inputs[steps[[k]]$share]
    free <- last[owner[inputs]] == k & size[inputs] == size[id] & !owner[inputs] %in% fixed
    if (!any(free)) next
    from <- owner[inputs[free][1]]
    last[from] <- last[owner[id]]
    owner[owner == id] <- from
  }
  owner
}

# Ids of the values that a step reads or makes.
c_reads <- function(step) {
  named <- as.integer(gsub("[^0-9]", "", c_tokens(c(step$code, step$mask), "v")))
  c(named, if (step$changes) step$inputs[1])
}

# A step's code with the owners of values, behind a copy of the first input where that has to stay.
c_with_lines <- function(step, owner, size) {
  id <- step$outputs[1]
  from <- step$inputs[1]
  copy <- if (step$changes && owner[id] != owner[from]) c_copy(paste0("{v", from, "}"), paste0("{v", id, "}"), size[id])
  lines <- c(copy, step$code, step$mask)
  tokens <- c_tokens(lines, "v")
  owners <- paste0("{v", owner[as.integer(gsub("[^0-9]", "", tokens))], "}")
  step$lines <- c_fill_in(lines, stats::setNames(owners, tokens))
  step
}

# Outputs are made where they belong; inputs, constants and what is an output twice are copied there at the end.
c_outputs <- function(owner, size, fixed, outputs, targets) {
  made <- !duplicated(owner[outputs]) & !owner[outputs] %in% fixed
  copies <- c_copy(paste0("{v", owner[outputs], "}"), targets, size[outputs])
  list(places = stats::setNames(targets[made], owner[outputs[made]]), copies = copies[!made])
}

# A row for each token of the lines: its size, the first and the last step with it.
c_spans <- function(lines, size, flags) {
  tokens <- lapply(lines, c_tokens)
  step <- rep(seq_along(tokens), lengths(tokens))
  token <- as.character(unlist(tokens))
  kind <- substr(token, 2, 2)
  id <- as.integer(sub("^..([0-9]+).*", "\\1", token))
  cells <- ifelse(kind == "v", size[id], flags[id])
  cells[kind == "r"] <- as.numeric(sub("^.*[.]([0-9]+)[}]$", "\\1", token[kind == "r"]))
  first <- !duplicated(token)
  data.frame(token = token[first], size = cells[first], from = step[first],
             to = rev(step)[match(token[first], rev(token))])
}

# Offsets, so that what is needed at the same time does not overlap: the largest first, each as low as it can lie.
c_offsets <- function(spans) {
  spans$at <- numeric(nrow(spans))
  done <- integer()
  for (k in order(-spans$size, spans$from)) {
    beside <- done[spans$from[done] <= spans$to[k] & spans$to[done] >= spans$from[k]]
    beside <- beside[order(spans$at[beside])]
    at <- 0
    for (other in beside) {
      if (spans$at[other] - at >= spans$size[k]) break
      at <- max(at, spans$at[other] + spans$size[other])
    }
    spans$at[k] <- at
    done <- c(done, k)
  }
  spans
}

c_top <- function(spans) max(0, spans$at + spans$size)

c_place_text <- function(array, spans) {
  text <- ifelse(spans$at == 0, array, paste0(array, " + ", c_integer(spans$at)))
  stats::setNames(text, spans$token)
}

c_fill_in <- function(lines, places) {
  for (token in intersect(c_tokens(lines), names(places))) {
    lines <- gsub(token, places[[token]], lines, fixed = TRUE)
  }
  lines
}
