test_that("the files of the library compile by themselves, with more warnings than the files written", {
  skip_without_compiler()
  folder <- withr::local_tempdir()
  files <- list.files(system.file("c", package = "tildenet"), "[.]c$", full.names = TRUE)
  expect_gt(length(files), 8)
  strict <- c(c_flags, "-Wconversion", "-Wdouble-promotion", "-Wshadow", "-Wno-unused-function", "-fsyntax-only")
  expect_silent(compile_c(files, file.path(folder, "nothing"), strict))
})

test_that("every definition has a name of its own and is needed by a rule or another definition", {
  pieces <- c_library()
  expect_false(any(duplicated(names(pieces))))
  expect_true(all(nzchar(names(pieces))))
  namespace <- asNamespace("tildenet")
  code <- unlist(lapply(c(mget(ls(c_rules), c_rules), mget(ls(namespace, pattern = "^c_"), namespace)), deparse))
  texts <- unlist(regmatches(code, gregexpr("[A-Za-z_][A-Za-z0-9_]*", code)))
  used <- intersect(names(pieces), c(texts, "max_pool", "average_pool")) # these two are names of ops
  needed <- lapply(names(pieces), function(name) setdiff(c_words(pieces[[name]]), name))
  expect_identical(setdiff(names(pieces), c(used, unlist(needed))), character())
})

test_that("code gets what it needs in the order of the library, comments need nothing", {
  code <- c_needed("conv(x); /* lstm each */")
  expect_match(code[1], "struct window {", fixed = TRUE)
  expect_match(code[length(code)], "static void conv(", fixed = TRUE)
  expect_length(code, 5)
  expect_length(c_needed("memcpy(y, x, 4);"), 0)
})
