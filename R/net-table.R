# Nets: what the `net` of kms() chooses. kms() and its steps read this table; none of them asks for a net by name.
#
#   refused     arguments of kms() that the net has no place for
#   settings    function(args): arguments of kms() that the net has otherwise where they are not given
#   loss        function(outcome, offset): the loss by default; offset: whether the formula has one
#   trunk       function(control, design, input_dim, call): list(overview, layers, graph, shrinks), see kms_spec()

new_net <- function(trunk, refused = character(), settings = function(args) list(),
                    loss = function(outcome, offset) kms_default_loss(outcome$type)) {
  as.list(environment())
}

nets <- list(dense = new_net(function(...) dense_trunk(...)))

net_of <- function(control) nets[[control$net]]

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
            given = paste0("The net has ", quoted_list(nets[[net]]$refused), " of its own."),
            how = "`net = \"dense\"` has layers as the arguments say.")
}

# The arguments as the net has them where they are not given.
net_settings <- function(args, net, given) {
  own <- nets[[net]]$settings(args)
  own <- own[!names(own) %in% given]
  args[names(own)] <- own
  args
}
