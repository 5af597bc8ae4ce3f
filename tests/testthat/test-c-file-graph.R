refused <- function(model) tryCatch(save_c(model, withr::local_tempfile(fileext = ".c")), error = identity)

test_that("ops without a rule are refused by op and layer, with a way out", {
  k_clear_session()
  random <- keras_model_sequential() %>% layer_dense(2, input_shape = 3) %>%
    layer_lambda(function(x) x + k_random_normal(k_shape(x)), name = "shaken")
  stateful <- keras_model_sequential() %>% layer_lstm(2, batch_input_shape = c(1, 3, 2), stateful = TRUE, name = "kept")
  texts <- keras_model_sequential() %>%
    layer_text_vectorization(vocabulary = c("sea", "war"), output_mode = "multi_hot", name = "words", input_shape = 1)
  open <- keras_model_sequential() %>% layer_lstm(2, input_shape = list(NULL, 3))
  for (e in list(refused(random), refused(stateful), refused(open), refused(texts))) {
    expect_s3_class(e, "tildenet_error_unsupported")
  }
  expect_snapshot(error = TRUE, save_c(random, tempfile()))
  expect_snapshot(error = TRUE, save_c(stateful, tempfile()))
  expect_snapshot(error = TRUE, save_c(open, tempfile()))
  expect_snapshot(error = TRUE, save_c(texts, tempfile()))
})

test_that("there is a rule for every op that inference has, but for those of texts, random numbers and losses", {
  list <- test_path("..", "..", "src", "ops", "op_list.h")
  skip_if_not(file.exists(list), "the sources are not in this copy")
  code <- paste(readLines(list), collapse = " ")
  ops <- sub("X[(]", "", regmatches(code, gregexpr("X[(]\\w+(?=,)", code, perl = TRUE))[[1]])
  expect_gt(length(ops), 60)
  without <- c("dropout", "gaussian_noise", "gaussian_dropout", "alpha_dropout", "random_normal", "random_uniform",
               "activity_penalty", "mask_weights", "weighted_mean", "weighted_sum", grep("^loss_", ops, value = TRUE))
  expect_setequal(ls(c_rules), setdiff(ops, without))
})

test_that("models of more weights than a compiler reads are refused before anything is written", {
  p <- new.env()
  p$shape <- c(1e4, 1e4)
  expect_silent(c_check_size(list(p, p), NULL))
  q <- new.env()
  q$shape <- 1
  expect_snapshot(error = TRUE, c_check_size(list(p, p, q), NULL))
})
