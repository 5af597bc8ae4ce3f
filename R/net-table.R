# Nets: what the `net` of kms() chooses. kms() and its steps read this table; none of them asks for a net by name.
#
#   refused     arguments of kms() that the net has no place for; because: what is said to them
#   settings    function(args, given): arguments of kms() that the net has otherwise where they are not given
#   loss        function(outcome, offset): the loss by default; offset: whether the formula has one
#   codes       how labels become columns: list(contrasts, formula) of function(variables, contrasts), the contrasts by
#               variable besides those of the user's, and function(formula, data), the formula with other terms; NULL: as
#               R has it
#   sparse      whether it reads sparse columns as they are
#   trunk       function(control, design, input_dim, call): list(overview, layers, graph, shrinks), see kms_spec()
#   sizes       function(rows, columns): arguments of kms() that depend on the rows fitted to and the columns of the design, where
#               they are not given
#   optimizer   function(spec, outcome, steps): arguments of the optimizer besides those given; steps: number of updates
#   callbacks   function(spec): callbacks of the training with that optimizer, not with one of the user's
#   keeps       function(outcome, metrics): list(series, largest, last): which series of the history has its best epoch kept,
#               whether the best is the largest, and whether of equal ones the last is kept
#   start       function(model, spec, x): sets first weights from the rows fitted to
#   clamps      whether predicted numbers stay in the range of the training rows
#   sharpens    whether its last layer is divided by a temperature, see net-sharpen.R
#   missing     the `na.action` where none is given
#   reads       function(x, design): what the trunk finds as `control$read`; x: what the network reads of the rows fitted to
#   members     of a net of members, see net-members.R, whether they are "picked", "all" make the mean, or all and each is "held" out some
#               rows, see net-members-held.R; its trunk has `members`, a
#               data frame with a row of settings for each, and its sizes have their number, `members`
#   patience    epochs without gain that it waits for where neither this nor the number of epochs is given; NULL: as kms() has it

lowest_loss <- list(series = "val_loss", largest = FALSE, last = FALSE)

own_layers <- "The net has layers of its own, but for their `units` and `dropout`."

new_net <- function(trunk, refused = character(), because = own_layers, settings = function(args, given) list(),
                    loss = function(outcome, offset) kms_default_loss(outcome$type), codes = NULL, sparse = TRUE,
                    sizes = function(rows, columns) list(), optimizer = NULL, callbacks = function(spec) list(),
                    keeps = function(outcome, metrics) lowest_loss, start = NULL, clamps = FALSE, members = NULL,
                    patience = NULL, missing = "na.pass", sharpens = FALSE, reads = function(x, design) NULL) {
  as.list(environment())
}

realmlp_net <- function(recipe, ...) {
  recipe <- realmlp_recipes[[recipe]]
  new_net(function(...) realmlp_trunk(recipe, ...),
          refused = realmlp_refused, loss = realmlp_loss, sparse = FALSE, keeps = realmlp_keeps, sharpens = TRUE,
          sizes = function(rows, columns) list(batch_size = even_batches(rows)),
          optimizer = function(spec, outcome, steps) realmlp_optimizer_args(spec, outcome, steps, recipe),
          ...)
}

pack_net <- function(...) {
  new_net(pack_trunk, refused = realmlp_refused, loss = realmlp_loss, codes = list(contrasts = codes_of_levels),
          settings = net_of_layers(64, 3, dropout = mean(pack_dropout), optimizer = "optimizer_adamw"), sparse = FALSE,
          optimizer = pack_optimizer_args, callbacks = fading_callbacks, clamps = TRUE, ...)
}

nets <- list(
  dense = new_net(dense_trunk, missing = "na.omit"),
  mlp = new_net(mlp_trunk, refused = c("N_layers", "embedding"), because = "Each number of its `units` is a hidden layer.",
                settings = mlp_settings),
  realmlp_tds = realmlp_net("tds", settings = net_of_layers(256, 3, dropout = 0, Nepochs = 256, optimizer = "optimizer_adam"),
                            codes = list(contrasts = codes_of_levels)),
  realmlp = realmlp_net("td", settings = net_of_layers(256, 3, dropout = 0.15, Nepochs = 256, optimizer = "optimizer_adamw"),
                        clamps = TRUE, callbacks = fading_callbacks,
                        codes = list(contrasts = codes_of_levels, formula = formula_with_tables),
                        start = function(model, spec, x) ntk_start(model, spec$layers, x)),
  pack = pack_net(sizes = pack_sizes, members = "picked"),
  committee = pack_net(sizes = committee_sizes, members = "held", keeps = realmlp_keeps, sharpens = TRUE),
  tabm = new_net(tabm_trunk, refused = realmlp_refused, codes = list(contrasts = codes_of_levels),
                 settings = net_of_layers(64, 2, dropout = 0.1, optimizer = "optimizer_adamw"), sparse = FALSE,
                 sizes = tabm_sizes, optimizer = tabm_optimizer_args, clamps = TRUE, members = "all", patience = 16,
                 reads = tabm_reads))

# The settings of the training that wait for the data. n: training rows.
net_training <- function(control, spec, outcome, n) {
  net <- net_of(control)
  control$keeps <- net$keeps(outcome, spec$metrics)
  if (!is.null(control$keras_model_seq)) return(control)
  if (has_own_optimizer(control)) {
    steps <- kms_epochs(n, control) * ceiling(kms_n_fitted(n, control) / control$batch_size)
    args <- net$optimizer(spec, outcome, steps)
    control$optimizer_args <- net_optimizer_args(args, control$optimizer_args)
    control$net_callbacks <- net$callbacks(spec)
  }
  control
}

# The net's own arguments with those given in their place; a number as the rate is the first one of the net's schedule.
net_optimizer_args <- function(args, given) {
  course <- args$learning_rate
  if (is_schedule(course) && is.numeric(given$learning_rate)) {
    course$initial_learning_rate <- check_number(given$learning_rate, "learning_rate", 0)
    given$learning_rate <- course
  }
  c(args[!names(args) %in% names(given)], given)
}

net_of <- function(control) nets[[control$net]]

# Whether the training is with the optimizer of the net.
has_own_optimizer <- function(control) !is.null(net_of(control)$optimizer) && !"optimizer" %in% control$given

# The name of the net. args: of kms() by name; given: names of those written in the call, those in its dots included.
check_net <- function(net, args, given, call) {
  if (is.null(net)) return("dense")
  check_string(net, "net", names(nets), call = call)
  if (!is.null(args$keras_model_seq)) {
    abort_arg("net", "be left out beside `keras_model_seq`", paste0("It is ", quoted(net), "."), call = call,
              how = "The model given is the net.")
  }
  met <- intersect(given, nets[[net]]$refused)
  if (length(met) == 0) return(net)
  abort_arg(met[1], paste0("be left out with `net = ", quoted(net), "`"), call = call,
            given = nets[[net]]$because,
            how = "`net = \"dense\"` has layers as the arguments say.")
}

# The arguments as the net has them where they are not given.
net_settings <- function(args, net, given) {
  own <- nets[[net]]$settings(args, given)
  own <- own[!names(own) %in% given]
  args[names(own)] <- own
  args
}

# First weights that the net takes from the n rows fitted to, the first of x.
net_start <- function(control, model, spec, x, n) {
  start <- if (is.null(control$keras_model_seq)) net_of(control)$start
  if (is.null(start)) return(invisible())
  rows <- seq_len(min(n, start_rows))
  start(model, spec, input_rows(x, rows))
}

# What the net's layers depend on, of the n rows fitted to, the first of x.
net_read <- function(control, x, design, n) {
  if (is.null(control$keras_model_seq)) control$read <- net_of(control)$reads(input_rows(x, seq_len(n)), design)
  control
}

# The formula as the net wants it. codes: see the table, NULL for as it is.
net_formula <- function(codes, formula, data) {
  if (is.null(codes$formula)) formula else codes$formula(formula, data)
}
