# Small pictures in a folder of the calling test, dark and light ones.

# A data frame: file, kind, x (a number without meaning), level (how light it was made, 0 to 1).
pictures <- function(n = 40, height = 12, width = 10, channels = 3, env = parent.frame()) {
  skip_if_not_installed("png")
  folder <- withr::local_tempdir(.local_envir = env)
  withr::with_seed(11, {
    level <- rep_len(c(0.3, 0.7), n)
    files <- file.path(folder, sprintf("p%03d.png", seq_len(n)))
    for (i in seq_len(n)) {
      noise <- pmin(pmax(stats::rnorm(height * width * channels, level[i], 0.15), 0), 1)
      png::writePNG(array(noise, c(height, width, channels)), files[i])
    }
    data.frame(file = files, kind = ifelse(level > 0.5, "light", "dark"), x = stats::rnorm(n), level = level)
  })
}
