# Text of configurations as other versions of Keras write it, put together from its parts.

keras_text <- function(layers, class_name = "Functional", ..., version = "2.4.0") {
  config <- paste0("\"name\": \"m\", \"layers\": [", paste(layers, collapse = ", "), "]",
                   paste0(", ", c(...), recycle0 = TRUE, collapse = ""))
  sprintf("{\"class_name\": \"%s\", \"config\": {%s}, \"keras_version\": \"%s\"}", class_name, config, version)
}

# One layer; config and nodes as JSON text, nodes NULL in sequential models.
keras_text_layer <- function(class_name, name, config = "", nodes = NULL) {
  config <- paste(c(sprintf("\"name\": \"%s\"", name), if (nzchar(config)) config), collapse = ", ")
  sprintf("{\"class_name\": \"%s\", \"config\": {%s}%s}", class_name, config,
          if (is.null(nodes)) "" else sprintf(", \"name\": \"%s\", \"inbound_nodes\": %s", name, nodes))
}

# A tensor of Keras 3.
keras_tensor_text <- function(name, output = 0, node = 0) {
  sprintf(paste0("{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [null, 3], \"dtype\": \"float32\", ",
                 "\"keras_history\": [\"%s\", %d, %d]}}"), name, node, output)
}

keras_node_text <- function(args, kwargs = "") sprintf("[{\"args\": [%s], \"kwargs\": {%s}}]", args, kwargs)
