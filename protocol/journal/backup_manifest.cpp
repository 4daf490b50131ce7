#include "protocol/journal/backup_manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "protocol/base/text.hpp"

namespace lab::journal {
namespace {

constexpr std::string_view first_line = "qlims backup 2";
constexpr std::size_t name_octets_max = 128;
constexpr std::size_t sealed_key_octets_max = 128;

// Of one form only: no sign, no leading zero.
bool read_number(std::string_view text, std::uint64_t& number) {
  if (text.size() > 1 && text.front() == '0') return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

bool read_hex(std::string_view text, std::span<std::uint8_t> octets) {
  return text.find_first_of("ABCDEF") == std::string_view::npos && fill_from_hex(octets, text);
}

// The part before the first blank, which is taken away with it.
std::string_view next_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

bool read_sealed(std::string_view line, Bytes& key) {
  if (line == "plain") return true;
  if (next_word(line) != "sealed" || line.size() % 2 != 0 || line.empty()) return false;
  key.resize(line.size() / 2);
  return key.size() <= sealed_key_octets_max &&
         read_hex(line, {reinterpret_cast<std::uint8_t*>(key.data()), key.size()});
}

bool read_signer(std::string_view line, std::optional<crypto::PublicKey>& signer) {
  if (line == "unsigned") return true;
  return next_word(line) == "signer" && read_hex(line, signer.emplace());
}

bool read_file_line(std::string_view line, std::vector<BackedUpFile>& files) {
  BackedUpFile file;
  if (next_word(line) != "file" || !read_hex(next_word(line), file.sha256.octets)) return false;
  if (!read_number(next_word(line), file.octets)) return false;
  file.name = line;
  if (!is_name_in_backup(file.name) || (!files.empty() && files.back().name >= file.name)) return false;
  files.push_back(std::move(file));
  return true;
}

bool read_line(std::size_t number, std::string_view line, BackupManifest& to) {
  switch (number) {
    case 1:
      return line == first_line;
    case 2:
      return next_word(line) == "records" && read_number(next_word(line), to.records) &&
             read_hex(line, to.records_sha256.octets);
    case 3:
      return next_word(line) == "blobs" && read_number(line, to.blobs);
    case 4:
      return read_sealed(line, to.sealed_key);
    case 5:
      return read_signer(line, to.signer);
    default:
      return read_file_line(line, to.files);
  }
}

constexpr std::size_t lines_before_files = 5;

Result<BackupManifest> finished(BackupManifest manifest, std::size_t lines) {
  const std::string where = fmt::format("manifest.txt, line {}", lines);
  if (lines < lines_before_files) return fail(ErrorCode::malformed, "the manifest is cut off", where);
  if (std::ranges::find(manifest.files, "store/data.mdb", &BackedUpFile::name) == manifest.files.end()) {
    return fail(ErrorCode::malformed, "the manifest names no store", where);
  }
  return manifest;
}

}  // namespace

bool is_note_of_place(std::string_view name) {
  constexpr std::array<std::string_view, 6> notes{"generation.txt", "stream.txt",       "serials.txt",
                                                  "restored",       "coordinator.json", "lab-node.json"};
  return std::ranges::find(notes, name) != notes.end();
}

bool is_name_in_backup(std::string_view name) {
  if (name.empty() || name.size() > name_octets_max) return false;
  if (name == "store/data.mdb") return true;
  constexpr std::string_view blobs = "blobs/";
  if (name.starts_with(blobs)) {
    const std::string_view rest = name.substr(blobs.size());
    const std::size_t slash = rest.rfind('/');
    const std::string_view base = slash == std::string_view::npos ? rest : rest.substr(slash + 1);
    const bool only_hex = rest.find_first_not_of("0123456789abcdef/") == std::string_view::npos;
    constexpr std::size_t hash_letters = 64;
    return only_hex && base.size() == hash_letters && rest.find("//") == std::string_view::npos && rest[0] != '/';
  }
  constexpr std::array<std::string_view, 6> taken{".", "..", "store", "blobs", "manifest.txt", "manifest.new"};
  return name.find('/') == std::string_view::npos && std::ranges::find(taken, name) == taken.end() &&
         !is_note_of_place(name) && is_tidy(name, name_octets_max);
}

Bytes to_text(BackupManifest manifest, const std::optional<crypto::KeyPair>& signing) {
  if (signing) manifest.signer = signing->public_key;
  std::ranges::sort(manifest.files, {}, &BackedUpFile::name);
  std::string text = fmt::format("{}\nrecords {} {}\nblobs {}\n{}\n{}\n", first_line, manifest.records,
                                 to_hex(manifest.records_sha256.view()), manifest.blobs,
                                 manifest.sealed_key.empty() ? "plain" : "sealed " + to_hex(manifest.sealed_key),
                                 signing ? "signer " + to_hex(view_of(signing->public_key)) : "unsigned");
  for (const BackedUpFile& file : manifest.files) {
    text += fmt::format("file {} {} {}\n", to_hex(file.sha256.view()), file.octets, file.name);
  }
  if (signing) text += fmt::format("signature {}\n", to_hex(view_of(crypto::sign(text, signing->secret_key))));
  return text;
}

Result<BackupManifest> read_manifest(BytesView text) {
  BackupManifest manifest;
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string where = fmt::format("manifest.txt, line {}", ++number);
    if (end == BytesView::npos)
      return fail(ErrorCode::malformed, "the line has no end: the manifest is cut off", where);
    std::string_view line = text.substr(at, end - at);
    if (number > lines_before_files && line.starts_with("signature ")) {
      crypto::Signature signature{};
      if (!read_hex(line.substr(line.find(' ') + 1), signature)) {
        return fail(ErrorCode::malformed, "this is no signature", where);
      }
      if (!manifest.signer) return fail(ErrorCode::malformed, "it has a signature and names no signer", where);
      if (end + 1 != text.size()) return fail(ErrorCode::malformed, "the signature is not the end", where);
      if (!crypto::verify(text.substr(0, at), signature, *manifest.signer)) {
        return fail(ErrorCode::not_allowed, "the manifest is not what its signer has signed: it was changed", where);
      }
      return finished(std::move(manifest), number);
    }
    if (!read_line(number, line, manifest)) {
      return fail(ErrorCode::malformed, fmt::format("“{}” is no line of a manifest here", line.substr(0, 60)), where);
    }
    at = end + 1;
  }
  if (manifest.signer) {
    return fail(ErrorCode::malformed, "the signature is missing: the manifest is cut off",
                fmt::format("manifest.txt, line {}", number));
  }
  return finished(std::move(manifest), number);
}

}  // namespace lab::journal
