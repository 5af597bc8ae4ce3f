# P11: 1,000 images of 128 x 128 x 3 turned, shifted, sheared, zoomed and mirrored by chance: a round of the batches of 32
# that a flow gives to training.
source("bench/common.R")
set.seed(1)
n <- 1000
images <- array(sample(0:255, n * 128 * 128 * 3, TRUE), c(n, 128, 128, 3))
generator <- image_data_generator(rotation_range = 20, width_shift_range = 0.1, height_shift_range = 0.1,
                                  shear_range = 10, zoom_range = 0.2, horizontal_flip = TRUE)
flow <- flow_images_from_data(images, generator = generator, batch_size = 32)

some_rounds <- function(rounds) for (k in seq_len(rounds * length(flow))) generator_next(flow)
ours <- both_threads(some_rounds, 1)
report("P11  1,000 images of 128 x 128 x 3: augmentation", ours, list(peer("scipy", peer_times("p11_augment.py"), 5)))
cat(sprintf("  %.0f images a second and core\n", n / ours[["1 thread"]]))
