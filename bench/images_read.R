# Images: 600 posters of 268 x 182 (JPEG, a colour each, where the files are not here) into arrays, by the side
# of jpeg::readJPEG() alone. Processor time: files are in the memory of the system, and nothing is shared.
source("bench/common.R")

poster_files <- function() {
  folder <- file.path(tempdir(), "posters")
  archive <- file.path(Sys.getenv("TILDENET_DATA_DIR", "../shared/data"), "posters.tar")
  if (file.exists(archive)) {
    utils::untar(archive, exdir = folder)
  } else {
    dir.create(folder)
    set.seed(1)
    for (k in 1:600) {
      rough <- array(runif(17 * 12 * 3), c(17, 12, 3))
      jpeg::writeJPEG(image_array_resize(rough, 268, 182), file.path(folder, paste0(k, ".jpg")), quality = 0.9)
    }
  }
  list.files(folder, "[.]jpg$", recursive = TRUE, full.names = TRUE)
}
files <- poster_files()

processor_seconds <- function(f) sum(system.time(f())[processor])

# All ways take turns, fifty files at a time, so that a busy machine is busy for all of them.
compare <- function(ways) {
  once <- function(run) {
    parts <- split(files, (seq_along(files) - 1) %/% 50)
    rowSums(vapply(parts, function(part) vapply(ways, function(way) processor_seconds(function() way(part)), 0), numeric(length(ways))))
  }
  once(0) # not counted
  apply(vapply(seq_len(bench_runs), once, numeric(length(ways))), 1, stats::median)
}

seconds <- compare(list(
  readJPEG = function(part) for (file in part) jpeg::readJPEG(file),
  "image_load() and image_to_array()" = function(part) for (file in part) image_to_array(image_load(file)),
  "100 x 68, nearest" = function(part) tildenet:::read_images(part, c(100, 68)),
  "100 x 68, bilinear" = function(part) tildenet:::read_images(part, c(100, 68), interpolation = "bilinear")))
report("Images  600 posters of 268 x 182, processor seconds", seconds[-1],
       list(bare("jpeg::readJPEG()", c("jpeg::readJPEG()" = seconds[["readJPEG"]]), 1.2)))
cat(sprintf("  %.0f images a second and core\n", length(files) / seconds[-1]), sep = "")
