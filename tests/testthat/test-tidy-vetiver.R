test_that("vetiver takes a fit with the types of its data", {
  skip_if_not_installed("vetiver")
  vetiver_model <- getExportedValue("vetiver", "vetiver_model")
  d <- data.frame(y = mtcars$mpg, x = mtcars$wt, gears = factor(mtcars$gear), day = as.Date("2024-01-01") + 0:31, am = mtcars$am == 1)
  stored <- vetiver_model(small_kms(y ~ x + gears + day + am, d), "cars")
  expect_identical(lapply(stored$prototype, class), lapply(d[-1], class))
  expect_identical(levels(stored$prototype$gears), levels(d$gears))
  expect_identical(nrow(stored$prototype), 0L)
  expect_identical(stored$metadata$required_pkgs, "tildenet")
  expect_identical(stored$description, "A tildenet network for numbers (32 rows)")
  texts <- vetiver_model(small_kms(mood ~ x + text(review, 20) + emb(who, 2), reviews(60)), "reviews")
  expect_identical(vapply(texts$prototype, function(v) class(v)[1], ""), c(x = "numeric", who = "character", review = "character"),
                   ignore_attr = TRUE)
  x <- as.matrix(mtcars[c("wt", "hp")])
  expect_named(vetiver_model(kms(x, mtcars$mpg, Nepochs = 1, verbose = 0), "matrix")$prototype, c("wt", "hp"))
})

test_that("an API answers requests as the fit predicts", {
  for (package in c("vetiver", "plumber", "callr", "httr2", "httpuv")) skip_if_not_installed(package)
  served <- small_kms(Species ~ ., iris, Nepochs = 20, verbose = 0)
  port <- getExportedValue("httpuv", "randomPort")()
  server <- getExportedValue("callr", "r_bg")(function(fit, port) {
    loadNamespace("tildenet")
    stored <- getExportedValue("vetiver", "vetiver_model")(fit, "iris")
    api <- getExportedValue("vetiver", "vetiver_api")(getExportedValue("plumber", "pr")(), stored, type = "prob", debug = FALSE)
    getExportedValue("plumber", "pr_run")(api, port = port, docs = FALSE, quiet = TRUE)
  }, list(served, port))
  withr::defer(server$kill())
  address <- paste0("http://127.0.0.1:", port)
  answer <- NULL
  for (i in 1:100) {
    answer <- tryCatch(httr2::req_perform(httr2::request(paste0(address, "/ping"))), error = function(e) NULL)
    if (!is.null(answer) || !server$is_alive()) break
    Sys.sleep(0.1)
  }
  expect_identical(httr2::resp_status(answer), 200L)
  new <- iris[c(1, 51, 101), 1:4]
  request <- httr2::req_body_json(httr2::request(paste0(address, "/predict")), new)
  got <- httr2::resp_body_json(httr2::req_perform(request), simplifyVector = TRUE)
  expect_named(got, paste0(".pred_", levels(iris$Species)))
  expect_equal(as.matrix(got), predict(served, new, "prob"), tolerance = 1e-3, ignore_attr = TRUE)
})

test_that("answers have the columns of parsnip", {
  columns <- function(values) as.data.frame(predicted_columns(values))
  expect_identical(columns(factor(c("b", "a"))), data.frame(.pred_class = factor(c("b", "a"))))
  expect_identical(columns(c(2, 3)), data.frame(.pred = c(2, 3)))
  expect_named(columns(matrix(1:4, 2, dimnames = list(NULL, c("a b", "c")))), c(".pred_a b", ".pred_c"))
})
