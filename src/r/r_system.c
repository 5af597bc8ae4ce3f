/* What R does not tell about the system: kinds of files, and which processes live. */
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/types.h>

#ifndef _WIN32
#include <signal.h>
#endif

#include "r/ffi.h"

/* "none", "file", "folder", or "other": a device, a pipe, a socket. Links are followed. */
SEXP ffi_file_kind(SEXP path_sexp) {
  struct stat info;
  if (stat(Rf_translateChar(STRING_ELT(path_sexp, 0)), &info) != 0) {
    return Rf_mkString("none");
  }
  return Rf_mkString(S_ISREG(info.st_mode) ? "file" : S_ISDIR(info.st_mode) ? "folder" : "other");
}

/* Whether there is a process of this number. Windows does not let go of a file that a process still
 * writes, so there nobody needs to know. */
SEXP ffi_process_lives(SEXP pid_sexp) {
#ifdef _WIN32
  (void)pid_sexp;
  return Rf_ScalarLogical(FALSE);
#else
  double pid = r_double(pid_sexp);
  if (!(pid >= 1 && pid <= INT_MAX)) {
    return Rf_ScalarLogical(FALSE);
  }
  return Rf_ScalarLogical(kill((pid_t)pid, 0) == 0 || errno == EPERM);
#endif
}
