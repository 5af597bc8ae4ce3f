# What is compared. Sourced from the root of the tree.
#
# A method is list(packages, fit): fit(task) gives list(predicted, net, beliefs), see quality_task(). `predicted` are labels
# or numbers of the test rows; `net`, of kms(), which one it is; beliefs(), not counted in the time, says how sure the fit is:
# list(prob, interval, sets), a matrix of probabilities (rows, labels), one of bounds (rows, 2), one of TRUE for the labels of
# a set (rows, labels); what a method does not say is left out.
source("quality/methods-designs.R")
source("quality/methods-trees.R")

# One line of R as users write it; all rows given are training rows, of which kms() keeps some for validation.
kms_method <- function(..., types = c("class", "num")) {
  list(packages = "tildenet", types = types, fit = function(task) {
    fit <- kms(task$formula, task$train, pTraining = 1, seed = task$seed, verbose = 0, ...)
    ask <- function(type, ...) predict(fit, task$test, type, ...)
    list(predicted = ask(if (task$type == "num") "response" else "class"), net = glance(fit)$net,
         beliefs = function() {
           if (task$type == "num") return(list(interval = ask("interval", level = interval_level)[, c("lwr", "upr")]))
           list(prob = ask("prob"), sets = as.matrix(ask("set", level = interval_level)))
         })
  })
}

# The median is what is predicted.
kms_quantiles <- function(task) {
  loss <- loss_quantile(quantiles = c((1 - interval_level) / 2, 0.5, (1 + interval_level) / 2))
  fit <- kms_method(loss = loss)$fit(task)
  fit$predicted <- as.matrix(fit$predicted)[, if (NCOL(fit$predicted) == 3) 2 else 1]
  fit
}

# "kms" is the plain call, "kms_NAME" the nets by name.
net_names <- if (requireNamespace("tildenet", quietly = TRUE)) names(tildenet:::nets)
quality_methods <- c(
  list(kms = kms_method()),
  stats::setNames(lapply(net_names, function(net) kms_method(net = net)), paste0("kms_", net_names)),
  list(kms_realmlp_tds_32 = kms_method(net = "realmlp_tds", Nepochs = 32),
       kms_pack_32 = kms_method(net = "pack", Nepochs = 32),
       kms_quantile = list(packages = "tildenet", types = "num", fit = kms_quantiles),
       kms_calibrate = kms_method(calibrate = TRUE, types = "class"),
       ranger = list(packages = "ranger", fit = fit_ranger),
       ranger_prob = list(packages = "ranger", types = "class", fit = fit_ranger_prob),
       ranger_conformal = list(packages = c("ranger", "tildenet"), fit = fit_ranger_conformal),
       gbm = list(packages = "gbm", fit = fit_gbm),
       lightgbm = list(packages = "lightgbm", fit = fit_lightgbm),
       glmnet = list(packages = "glmnet", fit = fit_glmnet),
       nnet = list(packages = "nnet", fit = fit_nnet)))

# Labels of the highest probabilities, (rows, labels).
likeliest <- function(prob, labels) factor(labels[max.col(prob, "first")], labels)

# A fit that gives probabilities, or predicted numbers.
answered <- function(task, output) {
  if (task$type == "num") return(list(predicted = as.numeric(output)))
  labels <- levels(task$train[[task$outcome]])
  if (is.null(dim(output))) output <- cbind(1 - output, output) # of the second of two
  list(predicted = likeliest(output, labels), beliefs = function() list(prob = output))
}
