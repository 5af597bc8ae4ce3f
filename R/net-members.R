# Nets of members: the network that is trained gives each member's numbers, (rows, members, units), and is trained by the
# mean of the members' losses. The network of the fit is the mean of members: of those that a greedy choice on the
# validation rows has picked, each with the weights of the epoch it was picked at; without such rows of all.

# The argument `members` of kms().
check_members <- function(members, net, call) {
  if (is.null(members)) return(NULL)
  if (!is.null(nets[[net]]$members)) return(check_count(members, "members", call = call))
  abort_arg("members", paste0("be left out with `net = ", quoted(net), "`"), "It is one net.", call = call,
            how = paste0("Nets of members are ", quoted_list(names(Filter(function(net) !is.null(net$members), nets))), "."))
}

# ---- training --------------------------------------------------------------------------------------

# The loss to compile with. label_factors: see kms_label_factors().
members_loss <- function(spec, label_factors, call) {
  if (is.null(spec$members)) return(label_weighted_loss(spec$loss, label_factors))
  if (!is.null(label_factors)) {
    abort_arg("class_weight", "be left out for several labels at once with a net of members", call = call,
              how = "`net = \"dense\"` takes it.")
  }
  loss_members(spec$loss)
}

# Not a model of the user's, whose loss is the user's.
gives_members <- function(model, control) is.null(control$keras_model_seq) && has_members(model$compiled$losses[[1]])

# Members are compared with the targets of each row by itself, as they come out of their last layers.
check_member_loss <- function(loss, outcome, net, call) {
  kind <- if (has_members(resolve_loss(loss))) "own" else kms_loss_name(loss)
  given <- if (kind == "own") "It is a function of one's own, or of members already."
           else if (kind == "cox") "It is \"cox\", of all rows together."
           else if (length(kms_head(outcome)) > 0) paste0("It is ", quoted(kind), ", which has a layer of its own behind the output.")
  if (is.null(given)) return(invisible())
  abort_arg("loss", paste0("have a value for each row and member with `net = ", quoted(net), "`"), given, call = call,
            how = if (kind == "cox") "The loss \"discrete_time\" has." else "`net = \"dense\"` takes it.")
}

# ---- choosing --------------------------------------------------------------------------------------

# The callback that chooses members after each epoch (pick: "picked" or "all"), of those of the epoch and, where members
# share no weights, those chosen before, and ends the training when their mean has not become better for `patience` epochs. Of the network it keeps what
# new_keeper() keeps, as of the epoch of the last gain. part: list(x, y, weights) of the validation rows.
new_chooser <- function(part, loss, pick, patience, min_delta) {
  by <- list(series = "val_ensemble", largest = FALSE, last = FALSE)
  fields <- list(keep = "best", by = by, x = part$x, row_weights = part$weights %||% rep(1, NROW(part$y)),
                 pick = pick, patience = patience, min_delta = min_delta)
  new_callback("chooser", c(fields, judge_members(resolve_loss(loss), part$y)),
               list(on_train_begin = chooser_begin, on_epoch_end = chooser_epoch))
}

chooser_begin <- function(self, logs) {
  self$start <- weights_copy(self$model)
  self$own <- member_parameters(self$model)
  self$alone <- all(addresses(weights_of(self_of(self$model), TRUE)) %in% addresses(self$own))
  self$best <- self$mark <- Inf
  self$wait <- self$epoch <- 0
  self$weights <- self$chosen <- NULL
}

chooser_epoch <- function(self, epoch, logs) {
  values <- member_values(self$model, self$x)
  if (!all(is.finite(values))) return(add_logs(val_ensemble = self$best))
  now <- lapply(seq_len(dim(values)[2]), function(m) {
    list(member = m, epoch = epoch + 1, parts = self$parts(matrix(values[, m, ], dim(values)[1])))
  })
  picked <- self$pick == "picked"
  pool <- c(now, if (picked && self$alone) self$chosen)
  choice <- (if (picked) greedy_choice else whole_choice)(lapply(pool, `[[`, "parts"), self$losses, self$row_weights)
  if (choice$loss < self$best) chooser_take(self, pool, choice, epoch + 1)
  keeper_wait(self, self$best, epoch)
  add_logs(val_ensemble = self$best)
}

chooser_take <- function(self, pool, choice, epoch) {
  self$best <- choice$loss
  self$epoch <- epoch
  self$weights <- weights_copy(self$model)
  picked <- which(choice$counts > 0)
  weights <- lapply(self$own, parameter_value)
  self$chosen <- Map(function(candidate, count) {
    candidate$count <- count
    candidate$weights <- candidate$weights %||% lapply(weights, member_slice, candidate$member)
    candidate
  }, pool[picked], choice$counts[picked])
}

# What each member says, (rows, members, units).
member_values <- function(model, x) only_output(stats::predict(model, x, batch_size = 1024, verbose = 0))

# Parameters whose first axis is the members'.
member_parameters <- function(model) {
  unlist(lapply(self_of(model)$layers, function(layer) {
    self <- self_of(layer)
    if (is.null(self$config$members)) return(NULL)
    Filter(function(p) !(inherits(layer, "DenseEnsemble") && grepl("/kernel", p$name)), layer_parameters(self))
  }), recursive = FALSE)
}

member_slice <- function(value, m) {
  rest <- dim(value)[-1]
  array(matrix(value, dim(value)[1])[m, ], rest)
}

# ---- the mean --------------------------------------------------------------------------------------

# The network of the fit. chosen: of a chooser, NULL for the mean of all members as they are after `epoch`. Returns list(model,
# members): the members in their order, with the epoch of their weights, their weight in the mean, and their settings.
members_mean <- function(model, spec, control, chosen, epoch, call) {
  own <- member_parameters(model)
  chosen <- chosen %||% all_members(own, nrow(spec$members), epoch)
  chosen <- chosen[order(-vapply(chosen, `[[`, 0, "count"))]
  at <- vapply(chosen, `[[`, 0, "member")
  share <- vapply(chosen, `[[`, 0, "count")
  share <- share / sum(share)
  spec$layers <- lapply(spec$layers, call_of_members, at)
  spec$head <- c(spec$head, mean_calls(share))
  mean <- kms_build(spec)
  fill_members(mean, model, own, lapply(chosen, `[[`, "weights"))
  args <- control$optimizer_args
  for (rule in c("rate_factors", "weight_decay_factors")) args[[rule]] <- lapply(args[[rule]], of_members, at)
  compile(mean, kms_optimizer(control$optimizer, args[lengths(args) > 0], call), spec$loss, spec$metrics)
  list(model = mean, members = data.frame(member = at, epoch = vapply(chosen, `[[`, 0, "epoch"), weight = share,
                                          spec$members[at, , drop = FALSE], row.names = NULL))
}

all_members <- function(own, k, epoch) {
  values <- lapply(own, parameter_value)
  lapply(seq_len(k), function(m) list(member = m, epoch = epoch, count = 1, weights = lapply(values, member_slice, m)))
}

# A layer of the members at these places.
call_of_members <- function(call, at) {
  if (!is.null(call$args$members)) call$args$members <- length(at)
  if (!is.null(call$args$rate)) call$args$rate <- of_members(call$args$rate, at)
  call
}

# One number counts for all members.
of_members <- function(values, at) if (length(values) > 1) values[at] else values

# What stands behind the members: their mean, by weight.
mean_calls <- function(share) {
  if (all(share == share[1])) return(list(list(layer = "layer_global_average_pooling_1d", args = list())))
  list(list(layer = "layer_permute", args = list(dims = c(2, 1))),
       list(layer = "layer_dense", args = list(units = 1, use_bias = FALSE, weights = list(matrix(share)), trainable = FALSE,
                                               name = "member_weights")),
       list(layer = "layer_flatten", args = list()))
}

# slices: for each member a list of its part of each of the weights `own`; other weights are as in `model`.
fill_members <- function(mean, model, own, slices) {
  from <- model_parameters(self_of(model))
  to <- model_parameters(self_of(mean))[seq_along(from)]
  place <- match(addresses(from), addresses(own))
  for (i in seq_along(from)) {
    if (is.na(place[i])) parameter_assign(to[[i]], parameter_value(from[[i]]))
    else parameter_assign(to[[i]], do.call(rbind_slices, lapply(slices, `[[`, place[i])))
  }
}

# Arrays of one shape as the slices of a first axis.
rbind_slices <- function(...) {
  slices <- list(...)
  aperm(array(unlist(slices), c(dim(slices[[1]]), length(slices))), c(length(dim(slices[[1]])) + 1, seq_along(dim(slices[[1]]))))
}
