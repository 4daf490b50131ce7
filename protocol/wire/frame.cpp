#include "protocol/wire/frame.hpp"

#include <capnp/serialize-packed.h>
#include <fmt/format.h>
#include <kj/io.h>
#include <cstring>
#include <vector>

namespace lab::wire {
namespace {

constexpr std::size_t word_bytes = sizeof(capnp::word);

std::uint32_t read_u32(BytesView bytes, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at,
              sizeof value);  // the format is little-endian, and so is every machine we run on
  return value;
}

// FlatArrayMessageReader does not bound the number of segments, and fills up what is missing; so we look first.
Result<void> check_segment_table(BytesView flat, const char* what) {
  if (flat.size() < word_bytes || flat.size() % word_bytes != 0) {
    return fail(ErrorCode::malformed, fmt::format("{}: {} octets are not a whole message", what, flat.size()));
  }
  const std::size_t segments = std::size_t{read_u32(flat, 0)} + 1;
  if (segments > segments_max) {
    return fail(ErrorCode::malformed,
                fmt::format("{}: {} segments, at most {} are allowed", what, segments, segments_max));
  }
  const std::size_t table_words = segments / 2 + 1;
  if (flat.size() < table_words * word_bytes) {
    return fail(ErrorCode::malformed, fmt::format("{}: the segment table is cut off", what));
  }
  std::size_t words = table_words;
  for (std::size_t i = 0; i < segments; ++i) words += read_u32(flat, (i + 1) * 4);
  if (words * word_bytes != flat.size()) {
    return fail(ErrorCode::malformed, fmt::format("{}: the segment table promises {} octets, {} came", what,
                                                  words * word_bytes, flat.size()));
  }
  return {};
}

}  // namespace

Bytes flatten(capnp::MessageBuilder& builder) {
  const auto segments = builder.getSegmentsForOutput();
  Bytes flat(capnp::computeSerializedSizeInWords(segments) * word_bytes, '\0');
  kj::ArrayOutputStream output(kj::arrayPtr(reinterpret_cast<kj::byte*>(flat.data()), flat.size()));
  capnp::writeMessage(output, segments);
  return flat;
}

Result<void> with_reader(BytesView flat, const char* what, const std::function<void(capnp::MessageReader&)>& use) {
  if (flat.size() > message_max) {
    return fail(ErrorCode::too_large,
                fmt::format("{}: {} octets, at most {} are allowed", what, flat.size(), message_max));
  }
  if (auto table = check_segment_table(flat, what); !table) return table;
  std::vector<capnp::word> words(flat.size() / word_bytes);
  std::memcpy(static_cast<void*>(words.data()), flat.data(), flat.size());
  try {
    capnp::ReaderOptions options;
    options.traversalLimitInWords = 4 * words.size() + 1024;
    options.nestingLimit = static_cast<int>(nesting_max);
    capnp::FlatArrayMessageReader reader(kj::arrayPtr(words.data(), words.size()), options);
    use(reader);
  } catch (const Malformed& malformed) {
    return fail(ErrorCode::malformed, fmt::format("{}: {}", what, malformed.what()));
  } catch (const kj::Exception& exception) {
    return fail(ErrorCode::malformed, fmt::format("{}: {}", what, exception.getDescription().cStr()));
  }
  return {};
}

Bytes pack(BytesView flat) {
  // The size in front lets `unpack` stop at exactly the right octet.
  const auto size = static_cast<std::uint32_t>(flat.size());
  kj::VectorOutputStream output(flat.size() / 2 + 16);
  {
    capnp::_::PackedOutputStream packer(output);
    packer.write(flat.data(), flat.size());
  }
  const auto packed = output.getArray();
  Bytes bytes(sizeof size, '\0');
  std::memcpy(bytes.data(), &size, sizeof size);
  bytes.append(reinterpret_cast<const char*>(packed.begin()), packed.size());
  return bytes;
}

Result<Bytes> unpack(BytesView packed) {
  if (packed.size() < 4) return fail(ErrorCode::malformed, "a packed record is shorter than its length");
  const std::size_t size = read_u32(packed, 0);
  if (size > message_max || size % word_bytes != 0)
    return fail(ErrorCode::malformed, "a packed record has a bad length");
  Bytes flat(size, '\0');
  try {
    const auto* data = reinterpret_cast<const kj::byte*>(packed.data());
    kj::ArrayInputStream input(kj::arrayPtr(data + 4, packed.size() - 4));
    capnp::_::PackedInputStream unpacker(input);
    unpacker.read(flat.data(), size);
  } catch (const kj::Exception& exception) {
    return fail(ErrorCode::malformed, fmt::format("a packed record is damaged: {}", exception.getDescription().cStr()));
  }
  return flat;
}

}  // namespace lab::wire
