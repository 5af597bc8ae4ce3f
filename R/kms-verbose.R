# How much kms() and kms_kcv() say. Numbers are as for fit(). "auto" depends on who reads: a person at the console sees
# the layers once and a line of progress, a page of knitr the layers, the log of a script nothing. "line" is
# the line alone.

check_kms_verbose <- function(verbose, call) {
  if (identical(verbose, "auto") || identical(verbose, "line")) return(verbose)
  if (!is.character(verbose)) return(check_number(verbose, "verbose", 0, 2, call = call))
  abort_arg("verbose", "be \"auto\", \"line\" or a number from 0 to 2", describe(verbose), call = call)
}

# Tables, announcements and seeds.
says_all <- function(verbose) is.numeric(verbose) && verbose > 0

# Of "auto": the layers where somebody reads them.
shows_layers <- function(verbose) identical(verbose, "auto") && (is_page() || is_person())

# As fit() takes it.
fit_verbose <- function(verbose) if (is.numeric(verbose)) verbose else "line"

# With verbose = 0 messages are left out, warnings are not.
hush <- function(verbose) {
  silent <- is_one_number(verbose) && verbose == 0
  function(cnd) if (silent) rlang::cnd_muffle(cnd)
}
