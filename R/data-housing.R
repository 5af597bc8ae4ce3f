#' Boston housing prices
#'
#' Median prices of houses in 506 districts of Boston, 1978, shuffled and split as keras does.
#'
#' @param path Name of the file in the caches, see [dataset_imdb()]; or the path of a file, which is read
#'   whatever it holds.
#' @param test_split Share of the rows that are for testing, the last ones; below 1.
#' @param seed Whole number from 0 to 2^32 - 1 for the order, that of NumPy's generator.
#' @returns `list(train = list(x, y), test = list(x, y))`: `x` a matrix with 13 columns (crime rate, share
#'   of large lots, of industry, at the river or not, nitric oxides, rooms, share built before 1940,
#'   distance to employment, highways, tax, pupils per teacher, a function of the share of black
#'   residents, share of lower status), `y` the prices in 1,000 US dollars.
#' @section Errors:
#' As for [dataset_imdb()].
#' @source Harrison, D. and Rubinfeld, D. L. (1978). Hedonic housing prices and the demand for clean air.
#'   *Journal of Environmental Economics and Management* 5, 81-102. One column rests on the assumption
#'   that segregation raises prices; better not for more than comparing methods.
#' @examples
#' # A file that is not there: the error says where to put it
#' try(dataset_boston_housing(file.path(tempdir(), "boston_housing.npz")))
#' @export
dataset_boston_housing <- function(path = "boston_housing.npz", test_split = 0.2, seed = 113) {
  call <- rlang::current_env()
  test_split <- check_number(test_split, "test_split", 0, 1)
  if (test_split == 1) abort_arg("test_split", "be below 1", "It is 1.")
  seed <- check_seed(seed, call)
  file <- data_file(path, keras_origin("boston_housing.npz"),
                    "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5", call)
  parts <- read_npz(file, list(x = npz_array, y = npz_array), call)
  if (length(dim(parts$x)) != 2 || length(parts$y) != nrow(parts$x)) {
    abort_broken_file(file, "It has no matrix `x` with a row for each of `y`.", call)
  }
  order <- engine_file_shuffle(seed, nrow(parts$x))[[1]]
  n <- floor(length(order) * (1 - test_split))
  rows <- function(which) list(x = parts$x[which, , drop = FALSE], y = parts$y[which])
  list(train = rows(order[seq_len(n)]), test = rows(order[seq_along(order) > n]))
}
