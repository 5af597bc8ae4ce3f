# What an optimizer has learned, between the model's `training` and the order of Keras files. Here it is one
# raw vector, slot after slot, each the trained weights in the order of the graph; there an array for each
# slot of each weight.

# Slots of a kind in the order of the engine, and their names: in the files of both generations of Keras 2, and
# as endings in those of Keras 3. `by_weight` stand side by side for each weight in files since 2.11, all else
# slot by slot.
optimizer_slots <- function(self) {
  slot <- function(new, old = new, three = new) c(new = new, old = old, three = three)
  switch(self$kind,
    sgd = list(by_weight = character(), slots = list(m = if (self$momentum > 0) slot("m", "momentum", "momentum"))),
    rmsprop = list(by_weight = character(), slots = list(
      velocity = slot("velocity", "rms"),
      average = if (self$centered) slot("average_gradient", "mg"),
      momentum = if (self$momentum > 0) slot("momentum"))),
    adam = list(by_weight = c("m", "v"), slots = list(
      m = slot("m", three = "momentum"), v = slot("v", three = "velocity"),
      vhat = if (self$amsgrad) slot("vhat", three = "velocity_hat"))),
    adamax = list(by_weight = c("m", "u"), slots = list(m = slot("m", three = "momentum"),
                                                        u = slot("u", "v", "norm"))),
    nadam = list(by_weight = c("m", "v"), slots = list(m = slot("m", three = "momentum"),
                                                       v = slot("v", three = "velocity"))),
    adagrad = list(by_weight = character(), slots = list(accumulator = slot("accumulator"))),
    adadelta = list(by_weight = c("grad", "delta"), slots = list(
      grad = slot("accumulated_grad", "accum_grad"), delta = slot("accumulated_delta_var", "accum_var"))))
}

# The order in files differs from the engine's in one place: RMSprop's momentum comes before its mean.
file_slots <- function(self) {
  slots <- optimizer_slots(self)
  slots$slots <- Filter(Negate(is.null), slots$slots)
  if (self$kind == "rmsprop") slots$slots <- slots$slots[c("velocity", "momentum", "average")]
  slots$slots <- Filter(Negate(is.null), slots$slots)
  slots
}

engine_slots <- function(self) names(Filter(Negate(is.null), optimizer_slots(self)$slots))

# Places of the arrays in a file: list of list(slot, weight), weight counting the parameters.
slot_places <- function(slots, n, old, trio = FALSE) {
  groups <- if (old) as.list(names(slots$slots)) else {
    together <- if (trio) names(slots$slots) else slots$by_weight
    c(if (length(together) > 0) list(together), as.list(setdiff(names(slots$slots), together)))
  }
  places <- lapply(groups, function(group) lapply(seq_len(n), function(i) {
    lapply(group, function(slot) list(slot = slot, weight = i))
  }))
  unlist(unlist(places, recursive = FALSE), recursive = FALSE) %||% list()
}

# Trained parameters: in the order of get_weights(), which is that of files, and in that of the engine.
trained_parameters <- function(self) {
  flags <- compiled_flags(self)
  trains <- function(p) isTRUE(flags[[rlang::obj_address(p)]]) && p$trainable
  graph <- graph_spec(model_inputs(self), self$outputs)$parameters
  known <- vapply(graph, rlang::obj_address, "")
  own <- Filter(function(p) trains(p) && rlang::obj_address(p) %in% known, model_parameters(self))
  list(file = own, engine = Filter(trains, graph))
}

# ---- writing ---------------------------------------------------------------------------------------

# list(name, step, arrays = list of list(name, shape, values)), or NULL when nothing was learned yet.
optimizer_state <- function(self) {
  training <- self$training
  optimizer <- self_of(self$compiled$optimizer)
  if (is.null(training$state) || !identical(training$optimizer, optimizer)) return(NULL)
  settle_optimizer(self)
  trained <- trained_parameters(self)
  at <- match(addresses(trained$file), addresses(trained$engine))
  sizes <- vapply(trained$engine, function(p) prod(p$shape), 0)
  starts <- cumsum(c(0, sizes))[seq_along(sizes)]
  engine <- engine_slots(optimizer)
  read <- function(slot, i) {
    k <- at[i]
    from <- 4 * ((match(slot, engine) - 1) * sum(sizes) + starts[k])
    engine_raw_read(training$state[from + seq_len(4 * sizes[k])], trained$engine[[k]]$shape)
  }
  old <- is_old_optimizer(optimizer)
  slots <- file_slots(optimizer)
  arrays <- lapply(slot_places(slots, length(at), old), function(place) {
    p <- trained$file[[place$weight]]
    list(name = slot_name(optimizer, slots$slots[[place$slot]], p$name, old), shape = p$shape,
         values = read(place$slot, place$weight))
  })
  list(step = training$step, old = old, optimizer = optimizer,
       arrays = c(arrays, if (!old) unused_momenta(optimizer, trained$file)))
}

slot_name <- function(optimizer, slot, weight, old) {
  class <- optimizer_kinds[[optimizer$kind]]
  if (old) paste0(class, "/", weight, "/", slot[["old"]]) else paste0(class, "/", slot[["new"]], "/", weight)
}

# SGD has them in files since 2.11 whether it needs them or not.
unused_momenta <- function(optimizer, params) {
  if (optimizer$kind != "sgd" || optimizer$momentum > 0) return(list())
  lapply(params, function(p) {
    list(name = paste0("SGD/m/", p$name), shape = p$shape, values = array(0, p$shape))
  })
}

addresses <- function(items) vapply(items, rlang::obj_address, "")

# Rows that wait for updates get them, and the moments that belong to them.
settle_optimizer <- function(self) {
  live <- model_cache(self)$live
  if (!is.null(live)) engine_optimizer_flush(live$optimizer)
  sync_model(self)
}

# ---- reading ---------------------------------------------------------------------------------------

# entries: those of a file in order, list of list(name, shape, read()). Gives what `training` needs,
# list(step, state, layout), or a sentence that says what does not fit.
state_of_entries <- function(self, entries) {
  optimizer <- self_of(self$compiled$optimizer)
  trained <- trained_parameters(self)
  scalar <- vapply(entries, function(e) length(e$shape) == 0, NA)
  counts <- grepl("(^|/)iter(ation|ations)?(:0)?$|^0$", vapply(entries, function(e) e$name, ""))
  step <- if (any(scalar & counts)) as.numeric(entries[[which(scalar & counts)[1]]]$read()) else NA
  arrays <- entries[!scalar]
  found <- arrays_by_slot(optimizer, arrays, trained$file)
  if (is.character(found)) return(found)
  if (is.na(step)) step <- 0 # RMSprop, Adagrad and Adadelta of old files do not count
  if (!is_number_of(step)) return("The number of its updates is no whole number.")
  order <- match(addresses(trained$engine), addresses(trained$file))
  pieces <- lapply(engine_slots(optimizer), function(slot) {
    lapply(order, function(i) engine_raw_floats(found[[slot]][[i]]$read()))
  })
  list(step = step, state = do.call(c, c(list(raw()), unlist(pieces, recursive = FALSE))),
       layout = vapply(trained$engine, function(p) p$name, ""))
}

# The arrays of a file as list(slot = list of entries by weight), or a sentence. By the names of Keras 3 where
# they have them, else by their order.
arrays_by_slot <- function(optimizer, arrays, params) {
  slots <- file_slots(optimizer)
  n <- length(params)
  expected <- n * length(slots$slots)
  arrays <- without_spare(optimizer, arrays, n, expected)
  if (length(arrays) != expected) {
    return(paste0("The state of ", quoted(optimizer$name), " must have ", expected, " arrays, the file has ",
                  length(arrays), "."))
  }
  if (expected == 0) return(list())
  places <- fitting_places(slots, arrays, params, isTRUE(optimizer$old) || is_old_optimizer(optimizer))
  if (is.null(places)) return("The arrays of its state have not the shapes of the weights.")
  slot <- vapply(places, function(p) p$slot, "")
  weight <- vapply(places, function(p) p$weight, 0L)
  lapply(stats::setNames(nm = names(slots$slots)), function(s) arrays[slot == s][order(weight[slot == s])])
}

# Arrays that mean nothing: SGD's momenta without momentum, and the numbers that stand for vhat in files up
# to 2.2.
without_spare <- function(optimizer, arrays, n, expected) {
  spare <- length(arrays) - expected
  if (spare != n || n == 0) return(arrays)
  last <- arrays[expected + seq_len(n)]
  single <- all(vapply(last, function(e) prod(e$shape) == 1, NA))
  if (optimizer$kind == "sgd" || optimizer$kind == "adam" && single) arrays[seq_len(expected)] else arrays
}

# Where the arrays belong, so that all shapes fit: by the endings of Keras 3, or in one of the orders there
# are. NULL when none fits.
fitting_places <- function(slots, arrays, params, old) {
  n <- length(params)
  named <- places_by_name(slots, vapply(arrays, function(e) e$name, ""), n)
  ways <- if (!is.null(named)) list(named) else {
    list(slot_places(slots, n, old), slot_places(slots, n, FALSE, trio = TRUE), slot_places(slots, n, !old))
  }
  fits <- function(places) {
    all(mapply(function(place, e) identical(as.numeric(e$shape), as.numeric(params[[place$weight]]$shape)), places, arrays))
  }
  for (places in ways) if (fits(places)) return(places)
}

places_by_name <- function(slots, names, n) {
  endings <- vapply(slots$slots, `[[`, "", "three")
  slot <- vapply(names, function(name) {
    found <- endings[endsWith(name, paste0("_", endings))]
    if (length(found) > 0) names(found)[which.max(nchar(found))] else ""
  }, "", USE.NAMES = FALSE)
  if (!all(table(factor(slot, names(endings))) == n)) return(NULL)
  weight <- stats::ave(seq_along(slot), slot, FUN = seq_along)
  Map(function(s, w) list(slot = s, weight = w), slot, weight)
}
