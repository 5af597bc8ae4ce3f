# Visits what `ends` need, depth first, and each item after all that it needs itself: needs(item) a list of
# items, known(item) whether it needs no visit (any more), met(item) when it is reached, done(item) when its
# turn comes. A function that calls itself would do the same, but R has room for some hundred such calls
# only, and networks are deeper.
depth_first <- function(ends, needs, known, done, met = function(item) NULL) {
  stack <- list(list(left = ends))
  repeat {
    n <- length(stack)
    top <- stack[[n]]
    if (length(top$left) > 0) {
      item <- top$left[[1]]
      stack[[n]]$left <- top$left[-1]
      if (known(item)) next
      met(item)
      stack[[n + 1]] <- list(item = item, left = needs(item))
    } else {
      if (n == 1) return(invisible())
      done(top$item)
      stack[[n]] <- NULL
    }
  }
}
