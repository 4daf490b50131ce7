#include "protocol/http/pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>

#include "protocol/base/bytes.hpp"
#include "protocol/base/log.hpp"
#include "protocol/base/text.hpp"
#include "protocol/http/gzip.hpp"

namespace lab::http {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view index_path = "/index.html";
constexpr const char* ask_again = "no-cache";
constexpr const char* keep_for_good = "public, max-age=31536000, immutable";
constexpr std::uintmax_t file_octets_max = 32 << 20;

constexpr std::string_view notice = R"(<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>qlims</title></head>
<body style="font-family:sans-serif;max-width:40em;margin:4em auto;line-height:1.6">
<h1>页面未编入</h1>
<p>本程序编译时没有带上浏览器页面（QLIMS_WEB=OFF，或编译机上没有 Node.js）。接口 /api/v1 与命令行 qlims 照常可用。</p>
<p>请安装带页面的版本，或用 --pages 指定页面所在的文件夹后重新启动。</p>
<p lang="en">This build holds no pages (QLIMS_WEB=OFF, or no Node.js when it was built). The interface /api/v1 and the
command line work as usual. Install a build with pages, or start again with --pages FOLDER.</p>
</body></html>
)";

Response no_such(const std::string& path) {
  return problem(404, "no_such_address", fmt::format("没有这个地址：{}", path));
}

// What a request is for, or the answer that it gets at once.
struct Wanted {
  std::string path;
  std::optional<Response> refusal{};
};

Wanted wanted_by(const Request& request) {
  const std::string& path = request.path;
  if (path == "/api" || path.starts_with("/api/")) return {.path = path, .refusal = no_such(path)};
  if (request.method != "GET" && request.method != "HEAD") {
    auto refusal = problem(405, "method_not_allowed", fmt::format("{} 不支持 {} 方法", path, request.method));
    refusal.headers["allow"] = "GET, HEAD";
    return {.path = path, .refusal = std::move(refusal)};
  }
  const bool is_file = path.find('.', path.rfind('/') + 1) != std::string::npos;
  return {.path = is_file ? path : std::string{index_path}};
}

std::string header_of(const Request& request, const char* name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string{} : found->second;
}

// The checksum and the length at the end of a gzip member tell one edition of a file from another.
std::string tag_of(const PackedFile& file) {
  constexpr std::size_t trailer_octets = 8;
  const std::size_t from = file.gzip.size() - std::min(file.gzip.size(), trailer_octets);
  return fmt::format("\"{}\"", to_hex(file.gzip.substr(from)));
}

Response packed_answer(const PackedFile& file, const Request& request) {
  const std::string tag = tag_of(file);
  Response response{.content_type = std::string{file.content_type}, .headers = {{"etag", tag}}};
  response.headers["cache-control"] = file.path.starts_with("/assets/") ? keep_for_good : ask_again;
  response.headers["vary"] = "Accept-Encoding";
  if (header_of(request, "if-none-match") == tag) {
    response.status = 304;
    return response;
  }
  if (takes_gzip(header_of(request, "accept-encoding"))) {
    response.headers["content-encoding"] = "gzip";
    response.body = file.gzip;
    return response;
  }
  auto plain = unpack_gzip(file.gzip);
  if (!plain) {
    log::error("http: the packed file {} cannot be unpacked: {}", file.path, to_text(plain.error()));
    return problem(500, "file_unreadable", "页面文件已损坏，请重新安装程序");
  }
  response.body = std::move(*plain);
  return response;
}

Response notice_answer() {
  return {.content_type = "text/html; charset=utf-8",
          .body = std::string{notice},
          .headers = {{"cache-control", ask_again}}};
}

const char* type_of(const fs::path& file) {
  struct Type {
    std::string_view suffix;
    const char* type;
  };
  static constexpr std::array types{Type{".html", "text/html; charset=utf-8"},
                                    Type{".js", "text/javascript; charset=utf-8"},
                                    Type{".mjs", "text/javascript; charset=utf-8"},
                                    Type{".css", "text/css; charset=utf-8"},
                                    Type{".json", "application/json; charset=utf-8"},
                                    Type{".map", "application/json; charset=utf-8"},
                                    Type{".svg", "image/svg+xml"},
                                    Type{".png", "image/png"},
                                    Type{".jpg", "image/jpeg"},
                                    Type{".ico", "image/vnd.microsoft.icon"},
                                    Type{".woff2", "font/woff2"},
                                    Type{".txt", "text/plain; charset=utf-8"},
                                    Type{".webmanifest", "application/manifest+json"}};
  const std::string suffix = file.extension().string();
  const auto* found = std::ranges::find(types, suffix, &Type::suffix);
  return found == types.end() ? "application/octet-stream" : found->type;
}

// The file under the folder, wherever links lead; nothing when that is outside, or no file.
std::optional<fs::path> file_in(const fs::path& folder, const std::string& path) {
  std::error_code error;
  const fs::path home = fs::canonical(folder, error);
  if (error) return std::nullopt;
  const fs::path file = fs::canonical(home / path.substr(1), error);
  if (error || !fs::is_regular_file(file, error) || fs::file_size(file, error) > file_octets_max) return std::nullopt;
  const auto [end, rest] = std::mismatch(home.begin(), home.end(), file.begin(), file.end());
  if (end != home.end()) return std::nullopt;
  return file;
}

// Digits of "q=0.5" that make the weight zero or not: nothing when it has no such form.
std::optional<bool> is_wanted(std::string_view weight) {
  if (weight != "0" && weight != "1" && !weight.starts_with("0.") && !weight.starts_with("1.")) return std::nullopt;
  const std::string_view digits = weight.size() > 2 ? weight.substr(2) : std::string_view{};
  if (digits.size() > 3 || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  return weight.find_first_of("123456789") != std::string_view::npos;
}

}  // namespace

bool takes_gzip(std::string_view accept_encoding) {
  std::optional<bool> named;
  std::optional<bool> any;
  while (!accept_encoding.empty()) {
    const auto end = std::min(accept_encoding.find(','), accept_encoding.size());
    const std::string_view entry = accept_encoding.substr(0, end);
    accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
    const auto semicolon = std::min(entry.find(';'), entry.size());
    const std::string_view coding = trim(entry.substr(0, semicolon));
    bool wanted = true;
    if (semicolon < entry.size()) {
      const std::string_view weight = trim(entry.substr(semicolon + 1));
      wanted = (weight.starts_with("q=") || weight.starts_with("Q=")) && is_wanted(weight.substr(2)).value_or(false);
    }
    if (coding == "gzip" || coding == "x-gzip") named = wanted;
    if (coding == "*") any = wanted;
  }
  return named.value_or(any.value_or(false));
}

Handler pages(std::span<const PackedFile> files) {
  return [files](const Request& request, const Respond& respond) {
    auto wanted = wanted_by(request);
    if (wanted.refusal) return respond(std::move(*wanted.refusal));
    const auto found = std::ranges::find(files, wanted.path, &PackedFile::path);
    if (found != files.end()) return respond(packed_answer(*found, request));
    respond(files.empty() && wanted.path == index_path ? notice_answer() : no_such(request.path));
  };
}

Handler pages_from(const fs::path& folder) {
  return [folder](const Request& request, const Respond& respond) {
    auto wanted = wanted_by(request);
    if (wanted.refusal) return respond(std::move(*wanted.refusal));
    const auto file = file_in(folder, wanted.path);
    std::ifstream in;
    if (file) in.open(*file, std::ios::binary);
    if (!file || !in) return respond(no_such(request.path));
    respond({.content_type = type_of(*file),
             .body = {std::istreambuf_iterator<char>(in), {}},
             .headers = {{"cache-control", ask_again}}});
  };
}

}  // namespace lab::http
