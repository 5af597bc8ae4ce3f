# The bits that C reads for a literal of ours, by way of the decimal number nearest to it.
float_bits <- function(x) writeBin(as.numeric(x), raw(), size = 4)

test_that("literals of floats are read back to the same bits", {
  bits <- withr::with_seed(1, as.raw(sample(0:255, 4e4, TRUE)))
  x <- readBin(bits, "numeric", 1e4, size = 4)
  x <- c(x[is.finite(x)], 0, 1, -1, 0.1, 1 / 3, 16777216, 3.4028234663852886e38, 1.1754943508222875e-38, 2^-149)
  text <- c_number(x)
  expect_match(text, "^-?[0-9]+([.][0-9]+)?(e[-+][0-9]+)?f$")
  expect_false(any(grepl("^-?[0-9]+f$", text)))
  expect_identical(float_bits(sub("f$", "", text)), float_bits(x))
})

test_that("a compiler reads the literals to the same bits", {
  skip_without_compiler()
  folder <- withr::local_tempdir()
  bits <- withr::with_seed(3, as.raw(sample(0:255, 8e3, TRUE)))
  x <- readBin(bits, "numeric", 2e3, size = 4)
  x <- c(x[is.finite(x)], -0, 2^-149, 3.4028234663852886e38)
  main <- file.path(folder, "main.c")
  out <- file.path(folder, "out")
  writeLines(c("#include <stdio.h>", c_array("float", "x", c_number(x)), "int main(int argc, char **argv) {",
               "FILE *to = argc > 1 ? fopen(argv[1], \"wb\") : NULL;", "if (to == NULL) return 1;",
               "fwrite(x, sizeof x, 1, to);", "return fclose(to);", "}"), main)
  expect_identical(system2(compile_c(main, file.path(folder, "main")), shQuote(out)), 0L)
  expect_identical(readBin(out, "raw", 1e5), float_bits(x))
})

test_that("literals of what floats do not hold", {
  expect_identical(c_number(c(Inf, -Inf, NaN, NA, 1e300, -1e300, 1e-300, -0)),
                   c("INFINITY", "-INFINITY", "NAN", "NAN", "INFINITY", "-INFINITY", "0.0f", "-0.0f"))
})

test_that("strings and remarks hold any text", {
  expect_identical(c_string(c("a b", "say \"?\"\\", "\u00e9", "x\n")),
                   c("\"a b\"", "\"say \\042\\077\\042\\134\"", "\"\\303\\251\"", "\"x\\012\""))
  expect_identical(c_string(character()), character())
  expect_identical(c_remark(c("a */ b /* c", "??/x", "two\nlines", "\u202eleft", "\u00e9")),
                   c("a * / b / * c", "? ?/x", "two lines", "left", "\u00e9"))
})

test_that("names become identifiers", {
  expect_identical(c_identifier(c("dense_1", "my model-2", "2nd", "\u00e9t\u00e9", "_x", "")),
                   c("dense_1", "my_model_2", "model_2nd", "model_t_", "model_x", "model_"))
})

test_that("walks leave out axes of one cell and join those that lie on end", {
  expect_identical(c_walk_value(c(1, 3, 4), c(12, 4, 1)), "{1, {12}, {1}}")
  expect_identical(c_walk_value(c(2, 3, 1, 4), c(1, 8, 5, 2)), "{2, {2, 12}, {1, 2}}")
  expect_identical(c_walk_value(c(2, 3), c(0, 0)), "{1, {6}, {0}}")
  expect_identical(c_walk_value(numeric(), numeric()), "{1, {1}, {1}}")
  expect_identical(c_spread_steps(c(3, 1), c(2, 3, 4)), c(0, 1, 0))
})
