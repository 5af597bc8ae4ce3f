# Runs the blocks of R of a page one after the other in one place, as who pastes them would.
expect_blocks_run <- function(path) {
  blocks <- r_chunks(readLines(path, encoding = "UTF-8"))$code
  expect_gt(length(blocks), 0)
  place <- new.env(parent = globalenv())
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  for (block in blocks) {
    failed <- NULL
    utils::capture.output(type = "output", tryCatch(suppressMessages(
      withCallingHandlers(source(exprs = parse(text = block), local = place, print.eval = TRUE), warning = function(w) stop(w))),
      error = function(e) failed <<- conditionMessage(e)))
    expect_null(failed, info = block)
  }
}

test_that("every block of the README runs as it stands", {
  readme <- test_path("../../README.md")
  skip_if_not(file.exists(readme), "the README is not beside the tests")
  expect_blocks_run(readme)
})

test_that("a newcomer's script runs in a fresh session without an error or a surprise", {
  script <- normalizePath(test_path("newcomer.R"))
  out <- run_fresh(quote({
    options(warn = 2, device = function(...) grDevices::pdf(NULL))
    source(SCRIPT)
  }), SCRIPT = script)
  expect_identical(out[length(out)], "done")
  expect_false(any(grepl("\\bNaN\\b|^Error|^Warning", out)))
})
