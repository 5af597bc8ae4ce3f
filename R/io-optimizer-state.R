# What an optimizer has learned, between the model's `training` and the order of Keras files. Here it is one
# raw vector, slot after slot, each the trained weights in the order of the graph; there an array for each
# slot of each weight.

# Slots of a kind in the order of the engine, each with its names: in the files of both generations of Keras 2, and
# as ending in those of Keras 3.
engine_slots <- function(self) {
  slot <- function(new, old = new, three = new) c(new = new, old = old, three = three)
  momentum <- slot("m", three = "momentum")
  Filter(Negate(is.null), switch(self$kind,
    sgd = list(m = if (self$momentum > 0) slot("m", "momentum", "momentum")),
    rmsprop = list(velocity = slot("velocity", "rms"), average = if (self$centered) slot("average_gradient", "mg"),
                   momentum = if (self$momentum > 0) slot("momentum")),
    adam = , adamw = list(m = momentum, v = slot("v", three = "velocity"),
                vhat = if (self$amsgrad) slot("vhat", three = "velocity_hat")),
    adamax = list(m = momentum, u = slot("u", "v", "norm")),
    nadam = list(m = momentum, v = slot("v", three = "velocity")),
    adagrad = list(accumulator = slot("accumulator")),
    adadelta = list(grad = slot("accumulated_grad", "accum_grad"),
                    delta = slot("accumulated_delta_var", "accum_var"))))
}

# In files RMSprop's momentum comes before its mean.
file_slots <- function(self) {
  slots <- engine_slots(self)
  slots[order(names(slots) == "average")]
}

# How many of the first slots stand side by side for each weight in files since 2.11; all others, and all in older
# files, stand slot by slot.
slots_together <- function(self) if (self$kind %in% c("adam", "adamw", "adamax", "nadam", "adadelta")) 2 else 0

# Places of the arrays of n weights in a file: list of list(slot, weight), weight counting the parameters.
slot_places <- function(slots, n, together) {
  front <- seq_len(together)
  groups <- c(if (together > 0) list(slots[front]), as.list(slots[setdiff(seq_along(slots), front)]))
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
  known <- addresses(graph)
  own <- Filter(function(p) trains(p) && rlang::obj_address(p) %in% known, model_parameters(self))
  list(file = own, engine = Filter(trains, graph))
}

# ---- writing ---------------------------------------------------------------------------------------

# list(step, old, optimizer, arrays), arrays being list(name, shape, read()) as in files, or NULL when nothing was
# learned yet. spare: whether files of Keras 2 are meant, see unused_momenta().
optimizer_state <- function(self, spare = TRUE) {
  training <- self$training
  optimizer <- self_of(self$compiled$optimizer)
  if (is.null(training$state) || !identical(training$optimizer, optimizer)) return(NULL)
  settle_optimizer(self)
  trained <- trained_parameters(self)
  sizes <- vapply(trained$engine, function(p) prod(p$shape), 0)
  starts <- cumsum(c(0, sizes))[match(addresses(trained$file), addresses(trained$engine))]
  slots <- file_slots(optimizer)
  at <- (match(names(slots), names(engine_slots(optimizer))) - 1) * sum(sizes)
  names(at) <- names(slots)
  old <- is_old_optimizer(optimizer)
  places <- slot_places(names(slots), length(starts), if (old) 0 else slots_together(optimizer))
  arrays <- lapply(places, function(place) {
    p <- trained$file[[place$weight]]
    from <- at[[place$slot]] + starts[place$weight]
    list(name = slot_name(optimizer, slots[[place$slot]], p$name, old), shape = p$shape,
         read = function() engine_raw_read(training$state, prod(p$shape), from))
  })
  list(step = training$step, old = old, optimizer = optimizer,
       arrays = c(arrays, if (spare && !old) unused_momenta(optimizer, trained$file)))
}

slot_name <- function(optimizer, slot, weight, old) {
  class <- optimizer_kinds[[optimizer$kind]]
  if (old) paste0(class, "/", weight, "/", slot[["old"]]) else paste0(class, "/", slot[["new"]], "/", weight)
}

# SGD has them in files of 2.11 to 2.15 whether it needs them or not.
unused_momenta <- function(optimizer, params) {
  if (optimizer$kind != "sgd" || optimizer$momentum > 0) return(list())
  lapply(params, function(p) {
    list(name = paste0("SGD/m/", p$name), shape = p$shape, read = function() numeric(prod(p$shape)))
  })
}

# Rows that wait for updates get them, and the moments that belong to them.
settle_optimizer <- function(self) {
  live <- model_cache(self)$live
  if (!is.null(live)) engine_optimizer_flush(live$optimizer)
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
  pieces <- lapply(names(engine_slots(optimizer)), function(slot) {
    lapply(order, function(i) entry_floats(found[[slot]][[i]]))
  })
  list(step = step, state = do.call(c, c(list(raw()), unlist(pieces, recursive = FALSE))),
       layout = vapply(trained$engine, function(p) p$name, ""))
}

# The arrays of a file as list(slot = list of entries by weight), or a sentence. By the names of Keras 3 where
# they have them, else by their order.
arrays_by_slot <- function(optimizer, arrays, params) {
  slots <- file_slots(optimizer)
  n <- length(params)
  expected <- n * length(slots)
  arrays <- without_spare(optimizer, arrays, n, expected)
  if (length(arrays) != expected) {
    return(paste0("The state of ", quoted(optimizer$name), " must have ", expected, " arrays, the file has ",
                  length(arrays), "."))
  }
  if (expected == 0) return(list())
  places <- fitting_places(optimizer, arrays, params)
  if (is.null(places)) return("The arrays of its state have not the shapes of the weights.")
  slot <- vapply(places, function(p) p$slot, "")
  weight <- vapply(places, function(p) p$weight, 0L)
  lapply(stats::setNames(nm = names(slots)), function(s) arrays[slot == s][order(weight[slot == s])])
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

# Where the arrays belong, so that all shapes fit: by the endings of Keras 3, or in the order of the optimizer's
# generation. `.keras` archives, without names, may have all slots of a weight side by side, or each slot by itself: that
# differs between versions. NULL when none fits.
fitting_places <- function(optimizer, arrays, params) {
  slots <- file_slots(optimizer)
  n <- length(params)
  in_order <- function(together) slot_places(names(slots), n, together)
  fits <- function(places) {
    all(mapply(function(place, e) identical(as.numeric(e$shape), params[[place$weight]]$shape), places, arrays))
  }
  named <- places_by_name(slots, vapply(arrays, function(e) e$name, ""), n)
  ways <- if (!is.null(named)) list(named)
          else if (is_old_optimizer(optimizer)) list(in_order(0))
          else list(in_order(slots_together(optimizer)), in_order(length(slots)), in_order(0))
  for (places in ways) if (fits(places)) return(places)
}

places_by_name <- function(slots, names, n) {
  endings <- vapply(slots, `[[`, "", "three")
  slot <- vapply(names, function(name) {
    found <- endings[endsWith(name, paste0("_", endings))]
    if (length(found) > 0) names(found)[which.max(nchar(found))] else ""
  }, "", USE.NAMES = FALSE)
  if (!all(table(factor(slot, names(endings))) == n)) return(NULL)
  weight <- stats::ave(seq_along(slot), slot, FUN = seq_along)
  Map(function(s, w) list(slot = s, weight = w), slot, weight)
}
