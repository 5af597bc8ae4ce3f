# 20 public tables that packages of CRAN bring, and the rows of each that are fitted to. Sourced from the root of the tree.
#
# An entry is list(type, formula, data): "class" or "num", and a function without arguments that gives the data frame. Rows with
# missing values are left out, and what are no numbers are factors: not all methods read other columns.

from_package <- function(name, package) {
  there <- new.env()
  utils::data(list = name, package = package, envir = there)
  as.data.frame(get(name, there))
}

labels_table <- function(formula, name, package, change = identity) {
  list(type = "class", formula = formula, data = function() change(from_package(name, package)))
}
numbers_table <- function(formula, name, package, change = identity) {
  list(type = "num", formula = formula, data = function() change(from_package(name, package)))
}

# Rows drawn by chance of tables that have more.
most_rows <- 10000
thinned <- function(data) {
  set.seed(1)
  if (nrow(data) > most_rows) data[sample(nrow(data), most_rows), ] else data
}

numbered <- function(data, columns) {
  data[columns] <- lapply(data[columns], function(v) as.numeric(as.character(v)))
  data
}

quality_tables <- list(
  pima = labels_table(diabetes ~ ., "PimaIndiansDiabetes2", "mlbench"),
  breast = labels_table(Class ~ ., "BreastCancer", "mlbench", function(d) numbered(d[-1], 1:9)),
  sonar = labels_table(Class ~ ., "Sonar", "mlbench"),
  ionosphere = labels_table(Class ~ ., "Ionosphere", "mlbench", function(d) d[-2]),
  vowel = labels_table(Class ~ ., "Vowel", "mlbench"),
  glass = labels_table(Type ~ ., "Glass", "mlbench"),
  satellite = labels_table(classes ~ ., "Satellite", "mlbench"),
  dna = labels_table(Class ~ ., "DNA", "mlbench"),
  letter = labels_table(lettr ~ ., "LetterRecognition", "mlbench", thinned),
  spam = labels_table(type ~ ., "spam", "kernlab"),
  credit = labels_table(Status ~ ., "credit_data", "modeldata"),
  attrition = labels_table(Attrition ~ ., "attrition", "modeldata"),
  cells = labels_table(class ~ ., "cells", "modeldata", function(d) d[-1]),
  shuttle = labels_table(Class ~ ., "Shuttle", "mlbench", thinned),
  boston = numbers_table(medv ~ ., "BostonHousing", "mlbench"),
  concrete = numbers_table(compressive_strength ~ ., "concrete", "modeldata"),
  diamonds = numbers_table(price ~ ., "diamonds", "ggplot2", function(d) transform(thinned(d), price = log10(price))),
  cars = numbers_table(Price ~ ., "car_prices", "modeldata"),
  ozone = numbers_table(V4 ~ ., "Ozone", "mlbench", function(d) transform(d[c(1, 4:13)], V1 = as.numeric(V1))),
  servo = numbers_table(Class ~ ., "Servo", "mlbench"))

# Those with few cells first.
small_first <- c("servo", "ozone", "glass", "pima", "breast", "boston", "concrete", "vowel", "ionosphere", "sonar", "cars",
                 "attrition", "credit", "diamonds", "cells", "shuttle", "letter", "satellite", "spam", "dna")

plain_column <- function(v) {
  if (is.integer(v)) return(as.numeric(v))
  if (is.ordered(v)) return(factor(as.character(v)))
  if (is.numeric(v) || is.factor(v)) v else factor(v)
}

# What a method is asked to do: list(table, type, formula, outcome, train, test, seed), the same rows for every method.
quality_task <- function(name, seed) {
  table <- quality_tables[[name]]
  data <- stats::na.omit(table$data())
  data[] <- lapply(data, plain_column)
  data <- droplevels(as.data.frame(data))
  rownames(data) <- NULL
  outcome <- all.vars(table$formula)[1]
  rows <- rows_to_fit(data[[outcome]], table$type, seed)
  list(table = name, type = table$type, formula = table$formula, outcome = outcome,
       train = data[rows, ], test = data[-rows, ], seed = seed)
}

# 80 of 100, of labels of each one.
rows_to_fit <- function(y, type, seed) {
  set.seed(1000 + seed)
  four_fifths <- function(rows) rows[sample.int(length(rows), round(0.8 * length(rows)))]
  if (type == "num") return(four_fifths(seq_along(y)))
  unlist(lapply(split(seq_along(y), y), four_fifths), use.names = FALSE)
}
