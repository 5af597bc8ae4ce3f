# Series have the names the user gave, and are found under the other usual name too: acc and accuracy,
# mae and mean_absolute_error, also behind "val_" and behind the name of an output.

series_long_names <- c(acc = "accuracy", mae = "mean_absolute_error", mse = "mean_squared_error",
                       mape = "mean_absolute_percentage_error",
                       msle = "mean_squared_logarithmic_error")

# The name with its last part spelled out.
series_key <- function(names) {
  for (short in names(series_long_names)) {
    names <- sub(paste0("(^|_)", short, "$"), paste0("\\1", series_long_names[[short]]), names)
  }
  names
}

# Positions of a series among `names`: its own name first, else the one that means the same.
series_find <- function(name, names) {
  at <- which(names == name)
  if (length(at) == 0) at <- which(series_key(names) == series_key(name))
  at
}

# Element of a named list by a name or its alias; NULL if there is none.
series_get <- function(series, name) {
  at <- series_find(name, names(series))
  if (length(at) == 0) NULL else series[[at[1]]]
}
