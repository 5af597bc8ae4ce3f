test_that("what fails is asked for again, and comes", {
  for (fault in c("429bare", "429odd", "500", "503", "cut", "drop", "malformed", "other", "empty", "refused", "slow", "stuck")) {
    server <- local_tmdb(faults = fault, timeout = if (fault %in% c("slow", "stuck")) 1 else 20)
    expect_identical(tmdb_genres()$id, 11:16, info = fault)
    expect_identical(nrow(server$log()), if (fault == "slow") 1L else 2L, info = fault)
  }
})

test_that("Retry-After is waited for, in seconds or as a date", {
  for (fault in c("429", "429date")) {
    server <- local_tmdb(faults = fault)
    tmdb_genres()
    expect_gte(diff(server$log()$time), 1)
  }
  expect_identical(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777)
  expect_identical(http_date("Sunday"), NA_real_)
  server <- local_tmdb(faults = "429long")
  expect_error(tmdb_genres(), "120 minutes", class = "tildenet_error_tmdb_net")
  expect_identical(nrow(server$log()), 1L)
})

test_that("after eight tries there is an error that says what the last one met", {
  server <- local_tmdb(window = 0.1)
  says <- c("500" = "status 500", malformed = "not whole")
  classes <- c("500" = "net", malformed = "content")
  for (fault in names(says)) {
    server$fail(rep(fault, 8))
    error <- expect_error(tmdb_genres(), says[[fault]], class = paste0("tildenet_error_tmdb_", classes[[fault]]))
    expect_s3_class(error, "tildenet_error_tmdb")
    expect_match(conditionMessage(error), "8 tries")
  }
  gaps <- diff(server$log()$time[1:8])
  expect_true(all(gaps >= 0.1 / 20 * 2^(0:6)))
})

test_that("no more than 40 requests are made in a window, whichever functions make them", {
  server <- local_tmdb(window = 1)
  tmdb_genres()
  begin <- as.numeric(Sys.time())
  tmdb_session$ended <- rep(tmdb_clock(), 38)
  tmdb_movie(1001)
  tmdb_search("Film 31")
  tmdb_poster(data.frame(id = 1, poster_path = "/a.jpg"), withr::local_tempdir())
  expect_gte(utils::tail(server$log()$time, 1) - begin, 1)
})

test_that("a request waits for the end of the 40th before it, and no longer", {
  withr::local_options(tildenet.tmdb_window = 0.5)
  withr::defer(tmdb_session$ended <- numeric())
  waited <- function(ended) {
    begin <- tmdb_clock()
    tmdb_session$ended <- begin + ended
    wait_for_turn()
    tmdb_clock() - begin
  }
  expect_lt(waited(rep(0, 39)), 0.2)
  expect_lt(waited(c(-0.6, rep(0, 39))), 0.2)
  expect_gte(waited(c(-0.2, rep(0, 39))), 0.3)
  expect_lt(waited(rep(100, 40)), 5) # the clock was set back
})

test_that("the key is sent, and shown nowhere", {
  server <- local_tmdb(window = 0.1)
  withr::local_options(httr2_verbosity = 3)
  key <- "SECRETSECRETSECRET12"
  shown <- function(expr) {
    error <- NULL
    text <- c(capture.output(text <- capture.output(tryCatch(expr, error = function(e) error <<- e)), type = "message"), text)
    con <- textConnection("tried", "w", local = TRUE)
    try(rlang::cnd_signal(error), outFile = con)
    close(con)
    c(text, tried, conditionMessage(error), format(error, simplify = "none"), capture.output(print(error)),
      deparse(conditionCall(error)), unlist(lapply(error$trace$call, deparse)))
  }
  refused <- shown(tmdb_movie(1001, key = "SECRETSECRETSECRET12"))
  expect_match(refused, "Invalid API key: <key>", all = FALSE, fixed = TRUE)
  expect_identical(utils::tail(server$log()$key, 1), key)
  inlined <- shown(do.call(tmdb_search, list("x", year = "no", key = key)))
  short <- shown(tmdb_genres(key = "SECRET"))
  expect_match(short, "not shown", all = FALSE)
  server$fail(rep("refused", 8))
  withr::local_options(tildenet.tmdb_key = key)
  failed <- shown(tildenet::tmdb_discover("SECRETSECRETSECRET12"))
  expect_no_match(c(refused, inlined, short, failed), "SECRET")
})

test_that("the key comes from argument, option or variable, in this order; tokens go in a header", {
  server <- local_tmdb()
  used <- function(...) {
    tmdb_session$genres <- list()
    try(tmdb_genres(...), silent = TRUE)
    utils::tail(server$log()$key, 1)
  }
  withr::local_envvar(TMDB_API_KEY = "variablevariable")
  withr::local_options(tildenet.tmdb_key = "optionoptionoption")
  expect_identical(used(key = "argumentargument"), "argumentargument")
  expect_identical(used(), "optionoptionoption")
  options(tildenet.tmdb_key = NULL)
  expect_identical(used(), "variablevariable")
  expect_identical(used(key = "aaaa.bbbbbbbbbbbb.cccc"), "Bearer aaaa.bbbbbbbbbbbb.cccc")
  expect_no_match(utils::tail(server$log()$query, 1), "api_key")
  withr::local_envvar(TMDB_API_KEY = NA)
  tmdb_session$genres <- list()
  expect_error(tmdb_genres(), "TMDB_API_KEY", class = "tildenet_error_tmdb_key")
  expect_error(tmdb_genres(key = c("a", "b")), "`key`", class = "tildenet_error_tmdb_key")
  expect_error(tmdb_genres(key = strrep("a", 32)), "settings/api", class = "tildenet_error_tmdb_key")
})
