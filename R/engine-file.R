# The door to the readers of data set files, and to what R does not tell of files. bytes: a raw vector with
# the whole file. What is broken is an error of class tildenet_error_io.

# format "npy" or "idx": an array, first axis as in the file; of integers where all values allow it.
engine_file_array <- function(bytes, format) .Call(ffi_file_array, bytes, format)

# An .npy of sequences of whole numbers: list(values = all behind one another, lengths)
engine_file_sequences <- function(bytes) .Call(ffi_file_sequences, bytes)

# A pickled dictionary: list(bytes = of the matrix under keys[1], row by row, dim = of it, numbers = those
# under keys[2])
engine_file_batch <- function(bytes, keys) .Call(ffi_file_batch, bytes, keys)

# before: the checksum of the bytes in front of these.
engine_file_crc32 <- function(bytes, before = 0) .Call(ffi_file_crc32, bytes, before)

# 64 hexadecimal digits; NULL when the file cannot be read.
engine_file_sha256 <- function(path) .Call(ffi_file_sha256, path)

# "none", "file", "folder" or "other"; links are followed.
engine_file_kind <- function(path) .Call(ffi_file_kind, path)

engine_process_lives <- function(pid) .Call(ffi_process_lives, pid)

# A list of orders of 1 ... size, as NumPy's RandomState(seed) shuffles them one after the other.
engine_file_shuffle <- function(seed, sizes) .Call(ffi_file_shuffle, seed, as.integer(sizes))

# The header of a safetensors file, `size` bytes of tensors behind it: list(names, kind, size, dim, from, to,
# metadata)
engine_safetensors_header <- function(json, size) .Call(ffi_safetensors_header, json, size)

# n bytes of a file behind the first `offset`; NULL when they are not there.
engine_file_part <- function(path, offset, n) .Call(ffi_file_part, path, offset, n)

# Little-endian numbers of `size` bytes, row by row, as an array; kind "f", "B", "i", "u" or "b".
engine_file_numbers <- function(bytes, kind, size, dim) .Call(ffi_file_numbers, bytes, kind, size, dim)

# A message of Protocol Buffers into a file anew; fields as src/r/r_protobuf.c has them. The bytes written.
engine_protobuf_write <- function(path, fields) .Call(ffi_protobuf_write, path, fields)
