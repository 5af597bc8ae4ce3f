.onLoad <- function(libname, pkgname) {
  # A setting that cannot be used must not keep the package from loading; it is reported at first use.
  tryCatch(apply_options(), tildenet_error = function(e) NULL)
  apply_simd()
  share_autoplot(parent.env(environment()))
  when_loaded("parsnip", register_mlp)
}

.onUnload <- function(libpath) {
  engine_end_threads()
  library.dynam.unload("tildenet", libpath)
}
