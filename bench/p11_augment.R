# P11: 1,000 images of 128 x 128 x 3 turned, shifted, sheared, zoomed and mirrored by chance, in batches of 32.
source("bench/common.R")
set.seed(1)
n <- 1000
images <- array(sample(0:255, n * 128 * 128 * 3, TRUE), c(n, 128, 128, 3)) + 0
some <- function(range) runif(n, -range, range)
plan <- list(theta = some(20), tx = some(0.1 * 128), ty = some(0.1 * 128), shear = some(10), zx = 1 + some(0.2), zy = 1 + some(0.2),
             flip_horizontal = some(1) > 0)
batches <- split(sample(n), (seq_len(n) - 1) %/% 32)

augment <- function() {
  for (rows in batches) tildenet:::transform_images(images, lapply(plan, `[`, rows), rows = rows)
}
ours <- both_threads(function(epochs) augment(), 1)
report("P11  1,000 images of 128 x 128 x 3: augmentation", ours, list(peer("scipy", peer_times("p11_augment.py"), 5)))
cat(sprintf("  %.0f images a second and core\n", n / ours[["1 thread"]]))
