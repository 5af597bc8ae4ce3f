#' Kinds of networks of kms()
#'
#' `kms(..., net = )` chooses by name what stands between the columns and the output layer, and how it is trained. Without
#' `net`, and without arguments about layers or their training, [kms()] chooses by the size of the table.
#' [glance()][tidy.kms_fit] says which net a fit has, and so does `print()` of all but the first, and why where it was chosen.
#'
#' * `"dense"`: the dense layers that the arguments of [kms()] describe.
#' * `"mlp"`: a hidden layer for each number of `units` (64), with its `activation` (`"relu"`) and `dropout` (0) behind it, and the
#'   output. `activation` and `dropout` are one for all hidden layers, or one for each; penalties are none unless given. `"dense"`
#'   has one layer more, on the input, and dropout of 0.4.
#' * `"realmlp_tds"`: RealMLP-TD-S, a small form of the next one, and twice as fast.
#' * `"realmlp"`: RealMLP-TD, a net whose settings were tuned once on 118 tables, so that they need no tuning on yours.
#' * `"pack"`: small RealMLPs side by side, each with settings of its own; the fit is the mean of those that do best
#'   together on the validation rows.
#' * `"committee"`: the same small RealMLPs, but each leaves out another part of the training rows, and all of them make the mean.
#' * `"tabm"`: TabM, one net that stands for several, its members, which share most of their weights.
#'
#' @details
#' **Which net without `net`.** `"dense"` where one of these arguments is given: `N_layers`, `units`, `activation`, `dropout`,
#' `use_bias`, an initializer, regularizer or constraint, `embedding`, `keras_model_seq`, `sparse_data`, `Nepochs`,
#' `batch_size`, `loss`, `optimizer`, `optimizer_args`, `scale_continuous`, `cluster`; and for data that is read chunk by chunk.
#' Also where the formula has an `offset()` or a term of inputs beside the matrix (`emb()`, `tokens()`, `text()`, `image()`,
#' those that `.` makes of ids and texts among them), where the matrix is sparse or has more than 500 columns, and for outcomes
#' that are not one column of numbers or of at most 100 labels without order. Else `"committee"` below 1,000 training rows
#' (counted as `pTraining` times the rows), and from there on `net = "realmlp_tds"` with `dropout = 0.15, validation_split =
#' 0.1` and 400,000 by the rows as `Nepochs`, but at least 12 and at most 32. The article "Best by default" has the
#' measurements. The folds of [kms_kcv()] all have the net that is chosen for all rows, and [kms_tune()] without `net` tunes
#' `"dense"`.
#'
#' **Missing values.** All nets but `"dense"` use rows with missing predictors, as `na.action = na.pass` of [kms()] does.
#'
#' **RealMLP.** Columns have the scale `"robust"` of [kms()]. Labels have a column for each level, of two levels one
#' column with 1 and -1; with `"realmlp"` a column of 10 levels or more that stands in the formula alone is
#' `emb(column, 8)`, as the `input_formula` of the fit then says. A level that training rows do not have is read as their
#' average.
#'
#' The layers are [layer_scale()], three of 256 units of [layer_dense_ntk()] with SELU for labels and Mish for other
#' outcomes, and the output, which starts at 0. `"realmlp"` has [layer_pbld()] for numbers in front,
#' [layer_activation_parametric()] and dropout of 0.15 behind each hidden layer, and starts where the rows are: each unit has standard deviation 1
#' over them, and its bias puts its hyperplane through a random convex combination of five of them.
#'
#' The loss of labels is the crossentropy of a softmax, also of two labels if there is no `offset()`, with targets smoothed by
#' 0.1. Adam with `beta_2 = 0.95` takes 256 epochs; its rate follows [learning_rate_schedule_coslog()], up to 0.04, for numbers
#' and quantiles 0.07 (`"realmlp"`: 0.2), six times that for scales, a tenth for biases, parts of activations and periodic
#' features; `"realmlp"` has a weight decay of 0.02 besides, but for the biases of layers. This decay and the dropout are as
#' said in the first half of the training and fall to 0 in the second, by [schedule_flat_cos()]. Batches are all of a size, of
#' 256 rows or more. Kept are the weights of the epoch with the most right labels on the validation rows, of other outcomes with
#' the lowest loss, and of equal epochs those of the last. Smoothed labels make a net less sure than it is right: unless a
#' `loss` is given or the formula has inputs beside the matrix, the last layer is then divided by the temperature with which the
#' validation rows are the most likely (Guo and others, 2017), so that `evaluate()` of `fit$model` has another loss on them than
#' the history, and the same accuracy. The numbers that `"realmlp"` predicts stay in the range of the training rows.
#'
#' **Arguments.** `units` are the widths of the hidden layers: one number for all three, or one for each. `dropout`, `Nepochs`,
#' `batch_size`, `loss`, `metrics`, `scale_continuous`, `contrasts.arg`, `keep` and `patience` are as said in [kms()].
#' `optimizer_args` are put in place of those above by name, a number as `learning_rate` as the largest rate of the schedule;
#' another schedule replaces it, an `optimizer` all of them and the falling rates. [fit()][fit.kms_fit] of such a fit takes the
#' course of the learning rate anew over its epochs; dropout and decay, which are those of the end of the whole training, are
#' near 0. The other arguments about layers, and `sparse_data` and `embedding`, are errors; so is `text()` in the formula.
#'
#' **Pack.** `members` nets of the small form, a further argument of [kms()], train on the same batches in one pass and share no
#' weights; columns, layers, loss and the course of the rate are as above, by [layer_scale()], [layer_dense_ntk()] and
#' [loss_members()]. Each has a learning rate of 0.5 to 2 times that above, a weight decay of its kernels of 0.005 to
#' 0.5 and dropout of 0 to 0.5 (one rate for all where `dropout` is given), drawn from the seed of the fit. After each epoch
#' members are picked greedily, some of them more than once, so that the loss of their mean on the validation rows is lowest: of
#' those as they are and of those picked at earlier epochs, whose weights are those of then. Where members share weights, as those
#' of `emb()`, all are of one epoch. The loss of the mean of what is picked stands in the history as `val_ensemble`, and `patience` waits
#' for it. `fit$model` gives the mean of the members picked, a network like any other; `fit$members` is a data
#' frame of them with `member`, `epoch`, `weight` in the mean, and their settings `rate` (a factor), `decay` and
#' `dropout`. Without validation rows, as in [kms_kcv()], or with `keep = "last"` it is the mean of all after the last epoch. How many
#' members, units and epochs there are depends on the size of the table. [fit()][fit.kms_fit] of such a fit trains the members picked
#' together, by the loss of their mean. Losses that compare rows (`"cox"`), have a layer of their own behind the output (`"ordinal"`,
#' `"negative_binomial"`, `"beta"`) or are functions of one's own, and `class_weight` of several labels at once, are errors.
#'
#' **Committee.** As a pack, with 12 members, 64 epochs and batches of about a 32nd of the rows, at least 32 and at most 256 of
#' them. With `validation_split = 0.2` each leaves out a fifth of the training rows, another one than those beside it (of the
#' share v one of `round(1 / v)` parts, at least 2 and at most `members`), and is fitted to all others; so all rows train, and
#' each is judged by the members that have not seen it. The loss and measures of their mean on these rows are the series
#' `val_loss` ... of the history, of at most 32 evenly spaced epochs with the last among them, NA between. Kept are the weights
#' of the judged epoch with the most right labels, of other outcomes with the lowest loss, and of equal epochs those of the
#' last. The last layer is divided by a temperature as that of `"realmlp"`, one for all members. `fit$model` gives the mean of
#' all members. Intervals, sets and calibrated probabilities take each training row as it is predicted by the members that have
#' not seen it: a mean of fewer members than that of the fit, and so they hold a little more than they promise. With
#' `validation_split = 0` all members are fitted to all rows, and the weights are those of the last epoch. [fit()][fit.kms_fit]
#' of such a fit trains the mean, and takes validation rows that its members were fitted to.
#'
#' **TabM.** Columns are as those of RealMLP. Numbers of more than two values go through [layer_piecewise_linear()] with 16
#' [quantile_bins()] of the rows fitted to, 8 values each and ReLU. Behind it are two [layer_dense_ensemble()] with ReLU and dropout of
#' 0.1, the first with scales that start as N(0, 1), or without numbers as random signs, and an output of each member's
#' own. AdamW with the rate 0.002 and decay 3e-4 takes at most 200 epochs, and ends 16 epochs after the lowest loss of the members'
#' mean on the validation rows, `val_ensemble` in the history; the weights of that epoch are kept. Members, units and batches depend
#' on the size of the table and are fewer than the paper's. `fit$model` gives the mean of all members. What is said of
#' losses, `class_weight`, `fit$members` and further epochs of packs holds here too.
#'
#' @section Errors:
#' A `net` that there is not, one beside `keras_model_seq`, and an argument or term that the net has no place for are
#' errors of class `tildenet_error_argument`.
#' @references Holzmueller, D., Grinsztajn, L., Steinwart, I. (2024), Better by default: strong pre-tuned MLPs and boosted
#'   trees on tabular data, NeurIPS, arXiv 2407.04491. TabM: Gorishniy, Y., Kotelnikov, A., Babenko, A. (2025), TabM, ICLR,
#'   arXiv 2410.24210. Packs: Gorishniy, Y. and others (2026), TabPack, ICML, arXiv 2607.05380. Temperature: Guo, C. and others
#'   (2017), On calibration of modern neural networks, ICML. Committees: Parmanto, B., Munro, P. W., Doyle, H. R. (1996),
#'   Reducing variance of committee prediction with resampling techniques, Connection Science 8, 405-425; rows judged by members
#'   that have not seen them: Breiman, L. (1996), Out-of-bag estimation, and for intervals Kim, B., Xu, C., Barber, R. F.
#'   (2020), Predictive inference is free with the jackknife+-after-bootstrap, NeurIPS, arXiv 2002.09025. The greedy choice:
#'   Caruana, R. and others (2004), Ensemble selection from libraries of models, ICML.
#' @seealso [kms()], [layer_scale()]
#' @examples
#' fit <- kms(Species ~ ., iris, net = "realmlp_tds", Nepochs = 20, seed = 1, verbose = 0)
#' fit
#' glance(fit)$net
#' @name kms_nets
NULL
