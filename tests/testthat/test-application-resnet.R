test_that("ResNet50 has Keras' layers, in its order, and reads files with the old names", {
  model <- application_resnet50(TRUE, NULL)
  expect_identical(count_params(model), 25636712)
  base <- keras_model(model$input, get_layer(model, "conv5_block3_out")$output)
  expect_identical(count_params(base), 23587712)
  names <- layer_names(self_of(model))
  expect_identical(names[2:19],
                   c("conv1_pad", "conv1_conv", "conv1_bn", "conv1_relu", "pool1_pad", "pool1_pool",
                     paste0("conv2_block1_", c("1_conv", "1_bn", "1_relu", "2_conv", "2_bn", "2_relu", "0_conv", "3_conv",
                                               "0_bn", "3_bn", "add", "out"))))
  expect_length(grep("_conv$", names), 53)
  expect_identical(utils::tail(names, 3), c("conv5_block3_out", "avg_pool", "predictions"))

  # Files with the old names go to the right layers.
  self <- self_of(model)
  own <- vapply(Filter(function(layer) length(layer$parameters) > 0, file_layers(self)), `[[`, "", "name")
  blocks <- c(3, 4, 6, 3)
  old <- c("conv1", "bn_conv1", unlist(lapply(2:5, function(stage) {
    lapply(letters[seq_len(blocks[stage - 1])], function(block) {
      part <- function(kind, branch) paste0(kind, stage, block, "_branch", branch)
      c(part("res", "2a"), part("bn", "2a"), part("res", "2b"), part("bn", "2b"), part("res", "2c"),
        if (block == "a") part("res", 1), part("bn", "2c"), if (block == "a") part("bn", 1))
    })
  })), "fc1000")
  arranged <- resnet50$arrange(self, lapply(c(names[1], old), function(name) list(name = name, weights = list(), was = name)))
  expect_identical(vapply(arranged, `[[`, "", "name"), c(names[1], own))
  was <- vapply(arranged, `[[`, "", "was")
  given <- vapply(arranged, `[[`, "", "name")
  expect_identical(was[match(c("conv2_block1_0_conv", "conv2_block1_3_conv", "conv4_block6_2_bn", "conv1_bn", "predictions"), given)],
                   c("res2a_branch1", "res2a_branch2c", "bn4f_branch2b", "bn_conv1", "fc1000"))
  # New names, and those of no network, stay as they stand.
  others <- list(list(name = "b"), list(name = "a"))
  expect_identical(resnet50$arrange(self, others), others)
})
