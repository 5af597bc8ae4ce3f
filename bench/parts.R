# What the scripts of rows W1 to W4 print for the table: the seconds of each part, from the start of the
# process on, and the most memory the process has had. Lines "label<TAB>number".
number <- function(label, value) cat(label, "\t", value, "\n", sep = "")

part <- local({
  since <- 0
  function(label) {
    now <- proc.time()[["elapsed"]] # seconds since the process began
    number(paste0("  ", label, ", s"), now - since)
    since <<- now
  }
})

peak_memory <- function() {
  if (!file.exists("/proc/self/status")) return()
  peak <- grep("VmHWM", readLines("/proc/self/status"), value = TRUE)
  number("memory at its peak, MB", as.numeric(gsub("[^0-9]", "", peak)) / 1024)
}
