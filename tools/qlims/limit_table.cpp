#include "tools/qlims/limit_table.hpp"

#include <fstream>
#include <iterator>

#include "protocol/base/charset.hpp"

namespace lab::qlims {
namespace {

constexpr std::uintmax_t file_octets_max = 64U << 20;  // the whole of GB 2763 is about 2 MB

struct Texts {
  std::string limits;
  std::string analytes;
  std::string banned_pesticides;
  std::string banned_veterinary;
};

}  // namespace

Result<std::string> read_text(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) return fail(ErrorCode::not_found, "the file cannot be read: " + error.message(), path.string());
  if (size > file_octets_max) return fail(ErrorCode::too_large, "the file is larger than 64 MiB", path.string());
  std::ifstream file{path, std::ios::binary};
  const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  if (file.bad()) return fail(ErrorCode::unavailable, "the file cannot be read", path.string());
  auto text = decode_text(bytes);
  if (!text) return fail(ErrorCode::malformed, text.error().message, path.string());
  return std::move(text->utf8);
}

Result<rules::LimitCatalogue> load_edition(const std::filesystem::path& table, bool with_bans) {
  Texts texts;
  const auto read = [](const std::filesystem::path& path, std::string& text) -> Result<void> {
    auto content = read_text(path);
    if (!content) return fail(std::move(content));
    text = std::move(*content);
    return {};
  };
  if (auto done = read(table, texts.limits); !done) return fail(std::move(done));
  const auto folder = table.parent_path();
  if (std::filesystem::exists(folder / "analytes.csv")) {
    if (auto done = read(folder / "analytes.csv", texts.analytes); !done) return fail(std::move(done));
  }
  if (with_bans) {
    if (auto done = read(folder / "banned_pesticides_2013.csv", texts.banned_pesticides); !done) {
      return fail(std::move(done));
    }
    if (auto done = read(folder / "banned_vet_193.csv", texts.banned_veterinary); !done) return fail(std::move(done));
  }
  return rules::LimitCatalogue::load({.limits = texts.limits,
                                      .analytes = texts.analytes,
                                      .banned_pesticides = texts.banned_pesticides,
                                      .banned_veterinary = texts.banned_veterinary});
}

}  // namespace lab::qlims
