test_that("a fit of a table has the split, levels, columns and scales of one of the same rows in memory", {
  d <- stream_rows()
  with_table(d, function(con) {
    for (how in c("z", "zero_one")) {
      one <- stream_kms(y ~ log(a) + b * f + g, data_query(con, "d"), scale_continuous = how)
      two <- kms(y ~ log(a) + b * f + g, d, Nepochs = 1, seed = 3, verbose = 0, N_layers = 2, units = 16, scale_continuous = how)
      expect_equal(one$train_scale, two$train_scale, tolerance = 1e-10)
      expect_identical(one$colnames_x, two$colnames_x)
      expect_identical(one$y_test, two$y_test)
      expect_identical(one$N, two$N + 0)
      expect_identical(nobs(one), nobs(two) + 0)
      expect_identical(one$K, two$K)
      expect_gt(one$r.squared, 0.2)
      expect_identical(attr(one, "design")$xlevels, attr(two, "design")$xlevels)
    }
    expect_output(print(one), "N = 1,498 (1,1", fixed = TRUE)
    expect_equal(glance(one)$n_test, glance(two)$n_test)
  })
})

test_that("labels, embeddings, sparse designs and offsets are learnt from chunks", {
  d <- stream_rows()
  d$many <- sprintf("level%03d", (d$id * 7) %% 150)
  with_table(d, function(con) {
    source <- data_query(con, "SELECT * FROM d")
    one <- stream_kms(label ~ a + b + emb(f) + g, source)
    expect_identical(one$y_labels, c("high", "low"))
    two <- kms(label ~ a + b + emb(f) + g, d, Nepochs = 1, seed = 3, verbose = 0)
    expect_identical(one$y_test, two$y_test)
    sparse <- stream_kms(y ~ a + b + many, source, N_layers = 1)
    dense <- kms(y ~ a + b + many, d, Nepochs = 1, seed = 3, verbose = 0, N_layers = 1)
    expect_true(sparse$sparse_data)
    expect_equal(sparse$train_scale, dense$train_scale, tolerance = 1e-10)
    counts <- stream_kms(g ~ a + f + offset(log(b + 1)), source, loss = "poisson")
    expect_true(all(counts$predictions >= 0))
  })
})

test_that("a fit of blocks has the weights of training by hand on the same rows in the same order", {
  d <- stream_rows(400)
  d$b[is.na(d$b)] <- 0
  with_table(d, function(con) {
    one <- stream_kms(y ~ a + b + f, data_query(con, "d"), Nepochs = 1, pTraining = 1, validation_split = 0, buffer = 0, keep = "last",
                      dropout = 0)
    seen <- list()
    blocks <- new.env()
    design <- attr(one, "design")
    mark <- list(design = design, scale = one$train_scale, shares = list(test = 0, validation = 0), n = 400, chunk = 200,
                 buffer = 0, batch_size = 32, types = list(), seed = 3, call = NULL,
                 targets = function(y) kms_targets(y, design$outcome, one$train_scale, 1, "mse"))
    list2env(mark, blocks)
    blocks$source <- data_query(con, "d")
    each_block(blocks, 0, 0, function(part, number) seen[[number]] <<- part)
    parts <- Reduce(bind_parts, seen)
    expect_identical(sort(parts$x[, 1]), sort(kms_inputs(encode_chunk(design, d, NULL)$rows, one$train_scale)[, 1]))
    expect_false(is.unsorted(vapply(seen, function(p) nrow(p$x), 0L) %% 32 != 0))
    set.seed(place_seed(3, 0, 1))
    control <- kms_control_of(Nepochs = 1, seed = 3, N_layers = 2, units = 16, dropout = 0, pTraining = 1, validation_split = 0)
    model <- kms_model(kms_spec(control, design, NULL), control, NULL)
    fit(model, parts$x, parts$y, epochs = 1, verbose = 0, shuffle = FALSE, batch_size = 32)
    expect_equal(get_weights(model), get_weights(one$model), tolerance = 1e-6)
  })
})

test_that("an interrupted training goes on to the same bits", {
  d <- stream_rows()
  with_table(d, function(con) {
    go <- function(...) stream_kms(y ~ a + b + f + g, data_query(con, "d"), Nepochs = 5, patience = 2, ...)
    whole <- go()
    folder <- withr::local_tempdir()
    batches <- 0
    killer <- callback_lambda(on_batch_begin = function(batch, logs) {
      batches <<- batches + 1
      if (batches == 90) stop("killed")
    })
    expect_error(go(checkpoint = folder, checkpoint_seconds = 0, callbacks = killer), "killed")
    expect_setequal(list.files(folder), c("learnt.rds", "training.rds"))
    expect_error(stream_kms(y ~ a + b, data_query(con, "d"), checkpoint = folder), class = "tildenet_error_argument")
    training <- file.path(folder, "training.rds")
    good <- readBin(training, "raw", file.size(training))
    writeBin(good[1:100], training)
    expect_error(go(checkpoint = folder), "training.rds", class = "tildenet_error_io")
    writeBin(good, training)
    resumed <- go(checkpoint = folder)
    expect_identical(get_weights(resumed$model), get_weights(whole$model))
    expect_identical(resumed$history, whole$history)
    expect_identical(resumed$predictions, whole$predictions)
    expect_identical(list.files(folder), character())
  })
})

test_that("what chunks cannot tell is refused, and so are settings of chunks for data in memory", {
  d <- stream_rows(300)
  with_table(d, function(con) {
    source <- data_query(con, "d")
    refused <- function(...) expect_error(stream_kms(...), class = "tildenet_error_argument")
    refused(y ~ a, source, weights = b)
    refused(label ~ a, source, class_weight = "balanced")
    refused(y ~ a, source, net = "pack")
    refused(y ~ a, source, na.action = na.pass)
    refused(y ~ a, source, auto = TRUE)
    refused(y ~ a, source, shuffle = FALSE)
    refused(y ~ a, source, embedding = TRUE)
    refused(y ~ a, source, buffer = -1)
    expect_error(kms(y ~ a, source, checkpoint = tempfile()), "seed", class = "tildenet_error_argument")
    expect_error(stream_kms(y ~ poly(a, 2), source), "row by row", class = "tildenet_error_formula")
    expect_error(stream_kms(y ~ tokens(f), source), class = "tildenet_error_formula")
    expect_error(stream_kms(y ~ none, source), class = "tildenet_error_formula")
    expect_error(stream_kms(y ~ a, data_query(con, "none")), class = "tildenet_error_data")
    expect_error(stream_kms(y ~ a, data_query(con, "SELECT * FROM d WHERE a < 0")), class = "tildenet_error_data")
    expect_error(kms(y ~ a, d, chunk = 10), "in memory", class = "tildenet_error_argument")
    expect_error(kms_kcv(y ~ a, d, chunk = 10), class = "tildenet_error_argument")
  })
})

test_that("data that changes between two readings is an error", {
  d <- stream_rows(300)
  times <- 0
  source <- new_row_source("d", function(chunk) {
    times <<- times + 1
    frame_source(if (times > 2) d[1:200, ] else d)$open(chunk)
  })
  expect_error(stream_kms(y ~ a, source), "same each time", class = "tildenet_error_data")
})
