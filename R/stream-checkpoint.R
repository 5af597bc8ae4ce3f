# A folder from which a training over a source goes on where it ended: "learnt.rds" holds what the passes before it found,
# "training.rds" the state after a block. There is never half a file.

# seconds: the least time between two writings. key: tells this training from others.
new_checkpoint <- function(folder, seconds, key, call) {
  if (is.null(folder)) return(NULL)
  if (!dir.exists(folder) && !dir.create(folder, recursive = TRUE, showWarnings = FALSE)) {
    abort_arg("checkpoint", "be a folder that can be made", paste0("It is ", quoted(folder), "."), call = call)
  }
  checkpoint <- list2env(list(folder = folder, seconds = seconds, key = key, written = seconds_now()), parent = emptyenv())
  learnt <- checkpoint_file(checkpoint, "learnt")
  if (!is.null(learnt) && !identical(learnt$key, key)) {
    abort_arg("checkpoint", "be a folder of this training, or a new one", call = call,
              given = paste0(quoted(folder), " holds a training with other arguments or other data."),
              how = "Give the arguments of that training, or delete the folder.")
  }
  checkpoint
}

checkpoint_path <- function(checkpoint, name) file.path(checkpoint$folder, paste0(name, ".rds"))

checkpoint_file <- function(checkpoint, name) {
  path <- checkpoint_path(checkpoint, name)
  if (!file.exists(path)) return(NULL)
  tryCatch(readRDS(path), error = function(cnd) {
    abort_tn(paste0("The checkpoint ", quoted(path), " cannot be read."), "io", io_reason(cnd), "Delete its folder to begin anew.",
             call = NULL)
  })
}

checkpoint_put <- function(checkpoint, name, value) {
  write_rds(checkpoint_path(checkpoint, name), c(list(key = checkpoint$key), value), call = NULL)
}

checkpoint_read <- function(checkpoint) if (!is.null(checkpoint)) checkpoint_file(checkpoint, "training")

# A training that is over leaves nothing.
checkpoint_end <- function(checkpoint) {
  if (is.null(checkpoint)) return(invisible())
  unlink(vapply(c("learnt", "training"), checkpoint_path, "", checkpoint = checkpoint))
  if (length(list.files(checkpoint$folder, all.files = TRUE, no.. = TRUE)) == 0) unlink(checkpoint$folder, recursive = TRUE)
}

# done: what of the epoch was trained, see block_epoch().
checkpoint_write <- function(run, blocks, epoch, done) {
  checkpoint <- blocks$checkpoint
  if (is.null(checkpoint) || seconds_now() - checkpoint$written < checkpoint$seconds) return(invisible())
  self <- run$self
  training <- self$training
  checkpoint_put(checkpoint, "training", list(
    epoch = epoch, done = done, weights = parameters_copy(model_parameters(self)),
    training = list(seed = training$seed, epoch = training$epoch, step = training$step, layout = training$layout,
                    state = engine_raw_copy(training$state)),
    rate = self_of(self$compiled$optimizer)$learning_rate, series = run$series,
    watch = mget(c("epoch", "good", "lost", "broken"), run$watch),
    callbacks = lapply(known_callbacks(blocks), callback_fields), random = random_state()
  ))
  checkpoint$written <- seconds_now()
}

# The callbacks of the package, by their class; what others have counted is not known.
known_callbacks <- function(blocks) {
  known <- Filter(function(cb) is_object(cb, "tildenet_callback") && !inherits(cb, "tildenet_callback_lambda"), blocks$callbacks)
  stats::setNames(known, make.unique(vapply(known, function(cb) class(cb)[[1]], "")))
}

callback_fields <- function(cb) {
  self <- self_of(cb)
  fields <- mget(setdiff(ls(self, all.names = TRUE), c("hooks", "params", "model")), self)
  Filter(function(v) is.null(v) || is.atomic(v) || is_raws(v), fields)
}

is_raws <- function(v) is.list(v) && !is.object(v) && all(vapply(v, is.raw, NA))

# Weights and what the optimizer remembers, before a session is made of them.
checkpoint_restore_model <- function(self, resume) {
  if (is.null(resume)) return(invisible())
  parameters_restore(model_parameters(self), resume$weights)
  optimizer <- self_of(self$compiled$optimizer)
  optimizer$learning_rate <- resume$rate
  list2env(resume$training, self$training)
  self$training$optimizer <- optimizer
}

# The rest, once the training has begun and callbacks have set themselves to their start. Returns `done` of block_epoch().
checkpoint_restore_run <- function(run, blocks) {
  resume <- blocks$resume
  blocks$resume <- NULL
  parameters_restore(model_parameters(run$self), resume$weights)
  run$series <- resume$series
  run$settings$initial_epoch <- 0 # the history is that of the whole training
  list2env(resume$watch, run$watch)
  callbacks <- known_callbacks(blocks)
  for (name in intersect(names(callbacks), names(resume$callbacks))) list2env(resume$callbacks[[name]], self_of(callbacks[[name]]))
  set_random_state(resume$random)
  resume$done
}
