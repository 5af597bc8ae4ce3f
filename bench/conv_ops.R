# Convolutions and poolings op by op beside PyTorch, forward and backward: the layers of P10 and of VGG16, a first
# layer with large windows, one of 1 x 1, strides, dilation, groups, steps, a transposed and a depthwise one; poolings
# of images, and over 400 steps. One thread and two, at AVX-512 and AVX2. Bar: 1x PyTorch, forward and backward together.
source("bench/common.R")

# kind, images, height, width, channels, filters, kernel, stride, dilation, groups, same, first (no input gradient)
ops <- c("conv,32,64,64,3,32,3,1,1,1,1,1", "conv,32,32,32,32,64,3,1,1,1,1,0", "conv,32,16,16,64,128,3,1,1,1,1,0",
         "conv,32,28,28,1,32,3,1,1,1,0,1", "conv,8,56,56,64,64,3,1,1,1,1,0", "conv,8,14,14,256,256,3,1,1,1,1,0",
         "conv,8,7,7,512,512,3,1,1,1,1,0", "conv,8,56,56,64,256,1,1,1,1,0,0", "conv,8,112,112,3,64,7,2,1,1,0,1",
         "conv,16,32,32,64,64,3,2,1,1,0,0", "conv,16,32,32,64,64,3,1,2,1,1,0", "conv,16,32,32,64,64,3,1,1,4,1,0",
         "conv,32,1,400,64,128,5,1,1,1,0,0", "conv_transpose,8,16,16,64,32,4,2,1,1,1,0",
         "depthwise_conv,16,32,32,64,64,3,1,1,1,1,0", "max_pool,32,64,64,32,0,2,2,1,1,0,0",
         "average_pool,32,32,32,64,0,2,2,1,1,0,0", "max_pool,16,32,32,64,0,3,2,1,1,0,0",
         "global_max_pool,32,1,400,128,0,0,0,0,0,0,0", "global_average_pool,32,1,400,128,0,0,0,0,0,0,0")
rounds <- 3 # the programs take turns; the least of their quartiles counts

# Rows: ops; columns: seconds forward and backward. NULL where it cannot run.
op_times <- function(command, args, env = character()) {
  lines <- suppressWarnings(system2(command, c(args, ops), stdout = TRUE, stderr = FALSE, env = env))
  if (!is.null(attr(lines, "status"))) return(NULL)
  fields <- do.call(rbind, strsplit(lines, "\t", fixed = TRUE))
  matrix(as.numeric(fields[, 2:3]), ncol = 2, dimnames = list(fields[, 1], c("forward", "backward")))
}
least <- function(...) {
  times <- Filter(Negate(is.null), list(...))
  if (length(times)) do.call(pmin, times)
}

report_ops <- function(program, name, level, threads) {
  cat("\nconv  ops at ", name, ", threads: ", threads, "; milliseconds forward and backward, and PyTorch's / ours\n", sep = "")
  ours <- theirs <- NULL
  for (round in seq_len(rounds)) {
    ours <- least(ours, op_times(program, c(level, threads)))
    env <- if (level == 1) c("ATEN_CPU_CAPABILITY=avx2", "ONEDNN_MAX_CPU_ISA=AVX2")
    theirs <- least(theirs, op_times("/usr/bin/python3", c("bench/peers/conv_ops.py", threads), env = as.character(env)))
  }
  if (is.null(ours)) return(cat("  not available\n"))
  if (is.null(theirs)) theirs <- ours * NA
  cat(sprintf("  %-46s %16s %16s %22s\n", "", "tildenet", "PyTorch", "forward backward both"))
  for (op in rownames(ours)) {
    ratio <- c(theirs[op, ] / ours[op, ], sum(theirs[op, ]) / sum(ours[op, ]))
    cat(sprintf("  %-46s %8.3f%8.3f %8.3f%8.3f %10.2f%6.2f%6.2f%s\n", op, 1e3 * ours[op, 1], 1e3 * ours[op, 2],
                1e3 * theirs[op, 1], 1e3 * theirs[op, 2], ratio[1], ratio[2], ratio[3],
                if (is.na(ratio[3]) || ratio[3] >= 1) "" else "  MISSED"))
  }
}

program <- core_program("conv_ops")
if (is.null(program)) {
  cat("\nconv  not available: a C compiler is missing\n")
} else {
  for (threads in 1:2) report_ops(program, "AVX-512", 2, threads)
  for (threads in 1:2) report_ops(program, "AVX2", 1, threads)
}
