# Trained weights of applications: Keras' files in its cache, or a file of the user's.

keras_applications <- "https://storage.googleapis.com/tensorflow/keras-applications/"

# Path of the file that `weights` stands for; NULL for weights at random.
application_file <- function(architecture, weights, shape, include_top, call) {
  if (is.null(weights)) return(NULL)
  if (weights == "imagenet") return(trained_file(architecture, shape, include_top, call))
  path <- path.expand(weights)
  if (!file.exists(path)) {
    abort_path("weights", "be NULL, \"imagenet\" or the path of a file with weights", path, "does not exist.",
               call = call)
  }
  path
}

trained_file <- function(architecture, shape, include_top, call) {
  side <- trained_side(architecture, shape)
  if (length(architecture$sides) > 1 && !identical(shape[1:2], c(side, side))) {
    warn_tn(paste0("There are no trained weights for pictures of ", paste(shape_sides(shape), collapse = " x "),
                   ": those of ", side, " x ", side, " are taken."), "weights", call = call)
  }
  file <- architecture$file(side, include_top)
  path <- found_file(file$name, data_folders("models"))
  if (is.null(path)) {
    abort_no_file(file$name, paste0("Keras has it at ", keras_applications, file$address, file$name, "."), call,
                  "models")
  }
  warn_other_hash(path, file$hashes, call)
  path
}

# The user's own file under Keras' name is as good as any that fits.
warn_other_hash <- function(path, hashes, call) {
  tryCatch(check_hash(path, hashes, "md5", call), tildenet_error_download = function(e) {
    warn_tn(paste("These weights are not those that Keras publishes.", bullet_of(e, "x")), "weights", call = call)
  })
}

shape_sides <- function(shape) ifelse(is.na(shape[1:2]), "any size", shape[1:2])

# Of the names that Keras gave to its files first.
tf_kernels_file <- function(name, address, hashes, include_top) {
  list(name = paste0(name, "_weights_tf_dim_ordering_tf_kernels", if (!include_top) "_notop", ".h5"), address = address,
       hashes = hashes[[if (include_top) "top" else "notop"]])
}

load_application <- function(architecture, model, file, call) {
  load_weights_file(model, file, FALSE, FALSE, FALSE, "weights", function(self, path, how, call) {
    read_weights_at(self, path, c(how, list(arrange = architecture$arrange)), call)
  }, call)
}
