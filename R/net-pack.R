# A pack: small nets of one shape that share nothing but the batches, each with settings of its own drawn at the start
# (TabPack: Gorishniy and others, 2026). Each is a RealMLP-TD-S; what is chosen of them is told in net-members.R.

# ---- size ------------------------------------------------------------------------------------------

# What depends on the size of the table: rows fitted to and columns. On small tables twelve members were better than eight.
pack_sizes <- function(rows, columns) {
  list(members = if (rows < 3000) 12 else 8, units = 64, Nepochs = 128, batch_size = even_batches(rows))
}

# Many small steps: with one batch of a table of 200 rows it would be a step an epoch.
committee_sizes <- function(rows, columns) {
  list(members = 12, units = 64, Nepochs = 64, batch_size = even_batches(rows, min(256, max(32, rows / 32))))
}

# ---- members ---------------------------------------------------------------------------------------

# What the settings of members are drawn from: factors of the learning rate and weight decays log-uniform, dropout rates
# uniform.
pack_rate <- c(0.5, 2)
pack_decay <- c(0.005, 0.5)
pack_dropout <- c(0, 0.5)

# A row of settings for each of n members.
draw_members <- function(n, control) {
  from <- function(range) exp(stats::runif(n, log(range[1]), log(range[2])))
  members <- data.frame(rate = from(pack_rate), decay = from(pack_decay))
  members$dropout <- if ("dropout" %in% control$given) NULL else stats::runif(n, pack_dropout[1], pack_dropout[2])
  members
}

# ---- layers ----------------------------------------------------------------------------------------

pack_trunk <- function(control, design, input_dim, call) {
  check_member_loss(control$loss, design$outcome, control$net, call)
  members <- control$member_settings %||% draw_members(control$members, control)
  trunk <- realmlp_trunk(realmlp_recipes$tds, control, design, input_dim, call)
  trunk$layers <- lapply(trunk$layers, layer_of_members, members)
  c(trunk, list(members = members))
}

# A layer of RealMLP for each member.
layer_of_members <- function(call, members) {
  if (call$layer == "layer_dropout") call$args$rate <- members$dropout %||% call$args$rate
  else call$args$members <- nrow(members)
  call
}

# ---- training --------------------------------------------------------------------------------------

pack_optimizer_args <- function(spec, outcome, steps) {
  args <- realmlp_optimizer_args(spec, outcome, steps, realmlp_recipes$tds)
  rate <- spec$members$rate
  kernel <- "dense_ntk[^/]*/kernel:0$"
  args$rate_factors <- c(stats::setNames(list(rate), kernel), lapply(args$rate_factors, function(factor) factor * rate))
  decays <- stats::setNames(list(spec$members$decay / max(spec$members$decay)), kernel)
  c(args, list(weight_decay = max(spec$members$decay), weight_decay_factors = decays,
               exclude_from_weight_decay = "^(?!dense_ntk[^/]*/kernel)"))
}
