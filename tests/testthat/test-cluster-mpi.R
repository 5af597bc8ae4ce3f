# The status and what rank 0 found. how: "mpi", or "fails" for an error on rank 1; 0 ranks: this process alone.
start_ranks <- function(ranks, how = "mpi") {
  folder <- tempfile()
  dir.create(folder)
  script <- normalizePath(test_path("mpi-nets.R"))
  call <- if (ranks == 0) c(script, folder, "alone")
          else c("--allow-run-as-root", "--oversubscribe", "-n", ranks, file.path(R.home("bin"), "Rscript"), script, folder, how)
  command <- if (ranks == 0) file.path(R.home("bin"), "Rscript") else "mpirun"
  # Open MPI has files beside those of R.
  withr::local_envvar(R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep), OMPI_MCA_orte_tmpdir_base = folder)
  status <- system2(command, call, stdout = FALSE, stderr = FALSE, timeout = 120)
  found <- file.path(folder, "result.rds")
  c(list(status = status), if (file.exists(found)) readRDS(found))
}

skip_without_mpi <- function() {
  skip_on_cran()
  if (!nzchar(Sys.which("mpirun")) || system.file(package = "Rmpi") == "") skip("mpirun or Rmpi is not there")
}

test_that("two ranks give the weights of one process, and go on from a file", {
  skip_without_mpi()
  alone <- start_ranks(0)
  together <- start_ranks(2)
  for (net in c("dense", "sparse", "embedding")) {
    expect_equal(together[[net]], alone[[net]], tolerance = 1e-5, info = net)
  }
  expect_true(together$resumed)
  for (what in c("normal", "stateful", "cox")) expect_true("tildenet_error_cluster" %in% together$refused[[what]], info = what)
  expect_identical(together$printed, "<cluster by MPI: rank 0 of 2, shared rows>")
  expect_true(all(diff(together$own$metrics$loss) < 0))
})

test_that("a script that fails on one rank is a job that fails", {
  skip_without_mpi()
  status <- start_ranks(2, "fails")$status
  expect_gt(status, 0)
  expect_lt(status, 124) # by itself, not after the time it has
})

test_that("a cluster is refused where there is none", {
  model <- keras_model_sequential() %>% layer_dense(1, input_shape = 1)
  compile(model, "sgd", "mse")
  expect_error(fit(model, 1:4, 1:4, cluster = 2), class = "tildenet_error_argument")
  if (nzchar(Sys.getenv("OMPI_COMM_WORLD_SIZE"))) skip("within mpirun")
  expect_error(cluster_mpi(), class = "tildenet_error_cluster")
  expect_error(cluster_mpi(rows = "all"), class = "tildenet_error_argument")
})
