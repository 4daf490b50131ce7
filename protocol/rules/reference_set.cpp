#include "protocol/rules/reference_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

#include "protocol/base/charset.hpp"
#include "protocol/base/check.hpp"
#include "protocol/rules/panel_table.hpp"

namespace lab::rules {
namespace {

// First line of every bundle; the number changes when the form does.
constexpr std::string_view bundle_mark = "qlims-reference 1\n";

bool is_plain_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  return !name.empty() && name.size() <= file_name_octets_max && std::ranges::all_of(name, plain);
}

/// An error of one table, with the file's name in front.
template <class T>
tl::unexpected<Error> fail_in(std::string_view file, Result<T>&& failed) {
  Error error = std::move(failed).error();
  error.where = error.where.empty() ? std::string{file} : fmt::format("{}, {}", file, error.where);
  return tl::unexpected<Error>(std::move(error));
}

// Without its end: tables come with LF and with CR LF.
std::string_view first_line(std::string_view text) { return text.substr(0, text.find_first_of("\r\n")); }

// All files of that prefix as one table: one header, then the rows of each.
Result<std::string> joined(const std::vector<ReferenceFile>& files, std::string_view prefix) {
  std::string text;
  for (const ReferenceFile& file : files) {
    if (!file.name.starts_with(prefix)) continue;
    if (text.empty()) {
      text = file.text;
    } else if (first_line(file.text) != first_line(text)) {
      return fail(ErrorCode::malformed, "its columns differ from those of the first file of this kind; use the same",
                  file.name + ", line 1");
    } else if (const auto end = file.text.find('\n'); end != std::string::npos) {
      text += file.text.substr(end + 1);
    }
    if (!text.empty() && text.back() != '\n') text += '\n';
  }
  return text;
}

const ReferenceFile* find_file(const std::vector<ReferenceFile>& files, std::string_view name) {
  const auto found = std::ranges::find(files, name, &ReferenceFile::name);
  return found == files.end() ? nullptr : &*found;
}

bool is_quality_name(std::string_view name) {
  return name == "qc_methods.csv" || name == "qc_materials.csv" || name == "qc_recovery.csv" ||
         name == "qc_duplicates.csv";
}

// Tables that the bundle carries for others.
bool is_clock_name(std::string_view name) { return name == "deadlines.csv" || name == "holidays.csv"; }
bool is_form_name(std::string_view name) { return name == "sampling_fields.csv"; }

bool is_known_name(std::string_view name) {
  return is_clock_name(name) || is_form_name(name) || name == "categories.csv" || name == "panels.csv" ||
         name == "analytes.csv" || is_quality_name(name) ||
         (name.ends_with(".csv") &&
          (name.starts_with("limits") || name.starts_with("banned_pesticides") || name.starts_with("banned_vet")));
}

Result<void> check_files(const std::vector<ReferenceFile>& files) {
  for (const ReferenceFile& file : files) {
    if (!is_known_name(file.name)) {
      return fail(ErrorCode::malformed, "nobody reads a table of this name; use the names in reference_set.hpp",
                  file.name);
    }
    if (!is_utf8(file.text)) return fail(ErrorCode::malformed, "the text is not UTF-8", file.name);
  }
  for (const std::string_view needed : {"categories.csv", "panels.csv"}) {
    if (!find_file(files, needed)) return fail(ErrorCode::malformed, "the set needs this table", std::string{needed});
  }
  return {};
}

Result<LimitCatalogue> read_limits(const std::vector<ReferenceFile>& files) {
  auto limits = joined(files, "limits");
  if (!limits) return fail(std::move(limits));
  if (limits->empty()) return fail(ErrorCode::malformed, "the set needs this table", "limits.csv");
  auto pesticides = joined(files, "banned_pesticides");
  if (!pesticides) return fail(std::move(pesticides));
  auto veterinary = joined(files, "banned_vet");
  if (!veterinary) return fail(std::move(veterinary));
  const ReferenceFile* analytes = find_file(files, "analytes.csv");
  auto catalogue = LimitCatalogue::load({.limits = *limits,
                                         .analytes = analytes ? std::string_view{analytes->text} : std::string_view{},
                                         .banned_pesticides = *pesticides,
                                         .banned_veterinary = *veterinary});
  if (!catalogue) return fail_in("limits and bans", std::move(catalogue));
  return catalogue;
}

// Takes one file off the front of `rest`; `offset` is where it begins in the bundle.
Result<ReferenceFile> take_file(BytesView& rest, std::size_t offset) {
  const auto malformed = [&] {
    return fail(ErrorCode::malformed, "a file of the reference set has a wrong name or length",
                fmt::format("byte {}", offset));
  };
  const BytesView line = first_line(rest);
  const auto blank = line.find(' ');
  if (blank == BytesView::npos || line.size() == rest.size() || !is_plain_name(line.substr(0, blank))) {
    return malformed();
  }
  const BytesView digits = line.substr(blank + 1);
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  rest.remove_prefix(line.size() + 1);
  if (error != std::errc{} || end != digits.data() + digits.size() || size > rest.size()) return malformed();
  ReferenceFile file{.name = std::string{line.substr(0, blank)}, .text = std::string{rest.substr(0, size)}};
  rest.remove_prefix(size);
  return file;
}

}  // namespace

Bytes bundle(std::vector<ReferenceFile> files) {
  std::ranges::sort(files, {}, &ReferenceFile::name);
  Bytes bytes{bundle_mark};
  const std::string* last = nullptr;
  for (const ReferenceFile& file : files) {
    LAB_CHECK(is_plain_name(file.name) && (!last || *last != file.name));
    bytes += fmt::format("{} {}\n", file.name, file.text.size());
    bytes += file.text;
    last = &file.name;
  }
  return bytes;
}

Result<std::vector<ReferenceFile>> unbundle(BytesView bytes) {
  if (bytes.size() > bundle_bytes_max) {
    return fail(ErrorCode::too_large,
                fmt::format("a reference set of {} octets, at most {} are allowed", bytes.size(), bundle_bytes_max));
  }
  if (!bytes.starts_with(bundle_mark)) return fail(ErrorCode::malformed, "these bytes are not a reference set");
  std::vector<ReferenceFile> files;
  BytesView rest = bytes.substr(bundle_mark.size());
  while (!rest.empty()) {
    auto file = take_file(rest, bytes.size() - rest.size());
    if (!file) return fail(std::move(file));
    if (files.size() == bundle_files_max || (!files.empty() && files.back().name >= file->name)) {
      return fail(ErrorCode::malformed, "the files of the reference set are too many or not in order", file->name);
    }
    files.push_back(std::move(*file));
  }
  return files;
}

const model::Panel* ReferenceSet::panel(const model::PanelCode& code) const {
  const auto found = std::ranges::find(panels, code, &model::Panel::code);
  return found == panels.end() ? nullptr : &*found;
}

Result<ReferenceSet> open_bundle(BytesView bytes) {
  auto files = unbundle(bytes);
  if (!files) return fail(std::move(files));
  if (auto checked = check_files(*files); !checked) return fail(std::move(checked));
  auto limits = read_limits(*files);
  if (!limits) return fail(std::move(limits));
  auto categories = CategoryTree::load(find_file(*files, "categories.csv")->text);
  if (!categories) return fail_in("categories.csv", std::move(categories));
  auto panels = read_panels(find_file(*files, "panels.csv")->text);
  if (!panels) return fail_in("panels.csv", std::move(panels));
  AnalyteNames names;
  if (const ReferenceFile* file = find_file(*files, "analytes.csv")) {
    auto loaded = AnalyteNames::load(file->text);
    if (!loaded) return fail_in("analytes.csv", std::move(loaded));
    names = std::move(*loaded);
  }
  std::vector<ReferenceFile> clocks;
  std::ranges::copy_if(*files, std::back_inserter(clocks),
                       [](const ReferenceFile& file) { return is_clock_name(file.name); });
  std::erase_if(*files, [](const ReferenceFile& file) { return !is_quality_name(file.name); });
  return ReferenceSet{.limits = std::move(*limits),
                      .categories = std::move(*categories),
                      .analytes = std::move(names),
                      .panels = std::move(*panels),
                      .quality = std::move(*files),
                      .clocks = std::move(clocks)};
}

}  // namespace lab::rules
