#include "protocol/workbook/archive.hpp"

#include <zip.h>
#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace lab::workbook {
namespace {

struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

constexpr std::size_t chunk_octets = std::size_t{64} << 10;
constexpr std::size_t small_octets = std::size_t{1} << 20;  // below this the ratio says nothing: blank sheets pack well

using File = std::unique_ptr<zip_file_t, CloseFile>;

Result<zip_uint64_t> index_of(zip_t* archive, const std::string& name) {
  const auto index = zip_name_locate(archive, name.c_str(), ZIP_FL_NOCASE);
  if (index < 0) return fail(ErrorCode::not_found, "工作簿里缺少“" + name + "”，请重新导出");
  return static_cast<zip_uint64_t>(index);
}

Result<File> open_file(zip_t* archive, zip_uint64_t index, const std::string& name) {
  File file{zip_fopen_index(archive, index, 0)};
  if (file == nullptr) return fail(ErrorCode::malformed, "工作簿里的“" + name + "”打不开（可能已加密），请另存后再试");
  return file;
}

Result<Bytes> read_up_to(zip_file_t* file, std::size_t octets_max) {
  Bytes bytes;
  while (bytes.size() < octets_max) {
    const std::size_t had = bytes.size();
    const std::size_t room = std::min(chunk_octets, octets_max - had);
    bytes.resize(had + room);
    const auto got = zip_fread(file, bytes.data() + had, room);
    if (got < 0) return fail(ErrorCode::malformed, "工作簿已损坏（校验不符），请重新导出或复制");
    bytes.resize(had + static_cast<std::size_t>(got));
    if (got == 0) break;
  }
  return bytes;
}

struct CloseSource {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using Source = std::unique_ptr<zip_source_t, CloseSource>;

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

// An archive in memory that is written to; empty when `from` is. The source outlives it and holds the result.
struct Written {
  Source source;
  std::unique_ptr<zip_t, Discard> archive;
};

Result<Written> open_to_write(BytesView from) {
  zip_error_t error;
  zip_error_init(&error);
  // libzip 1.7 frees the octets of an archive that it has written to, whether or not it was told to: they have to be
  // its own.
  void* own = from.empty() ? nullptr : std::malloc(from.size());
  if (own != nullptr) std::memcpy(own, from.data(), from.size());
  Written written{Source{zip_source_buffer_create(own, own == nullptr ? 0 : from.size(), 1, &error)}, {}};
  if (written.source) {
    zip_source_keep(written.source.get());  // the archive takes one hold, and we keep ours
    written.archive.reset(zip_open_from_source(written.source.get(), from.empty() ? ZIP_TRUNCATE : 0, &error));
    if (!written.archive) zip_source_free(written.source.get());
  }
  zip_error_fini(&error);
  if (!written.archive) return fail(ErrorCode::malformed, "文件不完整或不是 xlsx 工作簿，请重新导出或复制");
  return written;
}

Result<Bytes> closed(Written written) {
  const auto failed = [] { return fail(ErrorCode::unavailable, "工作簿写不出来，可能内存不足"); };
  if (zip_close(written.archive.get()) != 0) return failed();
  static_cast<void>(written.archive.release());  // closing it has freed it
  zip_source_t* source = written.source.get();
  if (zip_source_open(source) != 0) return failed();
  zip_source_seek(source, 0, SEEK_END);
  Bytes bytes(static_cast<std::size_t>(zip_source_tell(source)), '\0');
  zip_source_seek(source, 0, SEEK_SET);
  const auto got = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  if (got < 0 || static_cast<std::size_t>(got) != bytes.size()) return failed();
  return bytes;
}

}  // namespace

void Archive::Close::operator()(zip* archive) const { zip_discard(archive); }

Result<Archive> Archive::open(BytesView bytes, std::size_t octets_max) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  zip_error_fini(&error);
  if (archive == nullptr) {
    if (source != nullptr) zip_source_free(source);
    return fail(ErrorCode::malformed, "文件不完整或不是 xlsx 工作簿，请重新导出或复制");
  }
  return Archive{archive, octets_max};
}

std::vector<std::string> Archive::names() const {
  std::vector<std::string> names;
  const auto count = zip_get_num_entries(archive_.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), 0);
    if (name != nullptr) names.emplace_back(name);
  }
  return names;
}

bool Archive::has(const std::string& name) const {
  return zip_name_locate(archive_.get(), name.c_str(), ZIP_FL_NOCASE) >= 0;
}

Result<Bytes> Archive::read(const std::string& name) {
  const auto index = index_of(archive_.get(), name);
  if (!index) return tl::unexpected(index.error());
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(archive_.get(), *index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_COMP_SIZE) == 0) {
    return fail(ErrorCode::malformed, "工作簿的目录已损坏，请重新导出或复制");
  }
  const auto file = open_file(archive_.get(), *index, name);
  if (!file) return tl::unexpected(file.error());
  const std::size_t by_ratio = std::max<std::size_t>(small_octets, stat.comp_size * unpack_ratio_max);
  const std::size_t octets_max = std::min(by_ratio, octets_left_);
  auto bytes = read_up_to(file->get(), octets_max + 1);
  if (bytes && bytes->size() > octets_max) {
    return fail(ErrorCode::too_large, "工作簿解压后超过上限，不是正常的导出文件");
  }
  if (bytes) octets_left_ -= bytes->size();
  return bytes;
}

Result<Bytes> Archive::read_head(const std::string& name, std::size_t octets_max) {
  const auto index = index_of(archive_.get(), name);
  if (!index) return tl::unexpected(index.error());
  const auto file = open_file(archive_.get(), *index, name);
  if (!file) return tl::unexpected(file.error());
  return read_up_to(file->get(), octets_max);
}

Result<Bytes> pack(const std::vector<PackedFile>& files) {
  auto written = open_to_write({});
  if (!written) return fail(std::move(written));
  zip_t* archive = written->archive.get();
  for (const PackedFile& file : files) {
    zip_source_t* source = zip_source_buffer(archive, file.content.data(), file.content.size(), 0);
    const auto index = zip_file_add(archive, file.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      return fail(ErrorCode::unavailable, "工作簿写不出来，可能内存不足");
    }
    constexpr zip_uint16_t midnight = 0;
    constexpr zip_uint16_t first_day = (1U << 5U) | 1U;  // of January 1980, where the calendar of archives begins
    zip_file_set_dostime(archive, static_cast<zip_uint64_t>(index), midnight, first_day, 0);
  }
  return closed(*std::move(written));
}

Result<Bytes> with_file(BytesView xlsx, const std::string& name, const Bytes& content) {
  auto written = open_to_write(xlsx);
  if (!written) return fail(std::move(written));
  zip_t* archive = written->archive.get();
  const auto index = index_of(archive, name);
  if (!index) return tl::unexpected(index.error());
  zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
  if (zip_file_replace(archive, *index, source, 0) != 0) {
    zip_source_free(source);
    return fail(ErrorCode::unavailable, "工作簿写不出来，可能内存不足");
  }
  return closed(*std::move(written));
}

}  // namespace lab::workbook
