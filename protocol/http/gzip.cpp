#include "protocol/http/gzip.hpp"

#include <zlib.h>

#include <memory>

namespace lab::http {
namespace {

constexpr int window_bits = 15 + 16;          // the largest window, and gzip's header
constexpr std::size_t step_bytes = 64 << 10;  // one piece of the output

}  // namespace

Result<std::string> unpack_gzip(std::string_view packed) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK) return fail(ErrorCode::unavailable, "no memory to unpack a file");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> owner{&stream, inflateEnd};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));  // zlib reads it only
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string plain;
  for (int state = Z_OK; state != Z_STREAM_END;) {
    const std::size_t before = plain.size();
    if (before > unpacked_max) return fail(ErrorCode::too_large, "the unpacked file is too large");
    plain.resize(before + step_bytes);
    stream.next_out = reinterpret_cast<Bytef*>(plain.data() + before);
    stream.avail_out = static_cast<uInt>(step_bytes);
    state = inflate(&stream, Z_NO_FLUSH);
    plain.resize(before + step_bytes - stream.avail_out);
    if (state != Z_OK && state != Z_STREAM_END) return fail(ErrorCode::malformed, "this is no whole gzip member");
  }
  if (stream.avail_in > 0) return fail(ErrorCode::malformed, "there is something behind the gzip member");
  return plain;
}

}  // namespace lab::http
