#include "instruments/profiles/decode.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <set>
#include <utility>

#include "instruments/drivers/decode.hpp"
#include "instruments/drivers/decoding.hpp"
#include "instruments/profiles/decode_table.hpp"
#include "instruments/profiles/json_records.hpp"
#include "instruments/profiles/recognise.hpp"
#include "instruments/sheet/document.hpp"

namespace lab::profiles {
namespace {

Decoded refuse(std::string_view profile, BytesView capture, std::string reason) {
  return {drivers::refuse(profile, capture.size(), std::move(reason)), {}};
}

// A workbook is recognised by the beginnings of its sheets. Those with the results are needed whole.
model::Decoding decode_whole(BytesView capture, sheet::Document document, const Match& match,
                             std::string_view file_name) {
  const auto* sheets = document.sheets();
  const auto is_partial = [&](std::size_t sheet) { return (*sheets)[sheet].partial; };
  if (sheets != nullptr && std::ranges::any_of(match.sheets, is_partial)) {
    const auto is_wanted = [&](std::size_t sheet) {
      return std::ranges::find(match.sheets, sheet) != match.sheets.end();
    };
    auto whole = sheet::open_document(capture, is_wanted);
    if (!whole) return drivers::refuse(match.profile->identity(), capture.size(), to_text(whole.error()));
    document = *std::move(whole);
  }
  return decode_table(capture, document, match, file_name);
}

Decoded decode_named(BytesView capture, const DecodeRequest& request, const Library& library) {
  if (drivers::is_profile_name(request.profile)) return {drivers::decode(capture, request.profile), {}};
  const Profile* profile = library.find(request.profile);
  if (profile == nullptr) {
    return refuse(
        request.profile, capture,
        fmt::format("没有“{}”这种格式；可用的格式：{}", request.profile, fmt::join(known_names(library), ", ")));
  }
  auto document = sheet::open_document(capture, sheet::no_sheet, profile->charset);
  if (!document) return refuse(profile->identity(), capture, to_text(document.error()));
  const auto matches = match_named(*document, *profile);
  if (matches.empty()) {
    return refuse(profile->identity(), capture,
                  fmt::format("“{}”不读这种文件（文本或工作簿），或者工作簿里没有它要的工作表", profile->title));
  }
  return {decode_whole(capture, *std::move(document), matches.front(), request.file_name), {}};
}

// The charsets that some profile says its texts are of.
std::set<drivers::TextCoding> charsets_in(const Library& library) {
  std::set<drivers::TextCoding> charsets;
  for (const Profile& profile : library.all()) {
    if (profile.charset) charsets.insert(*profile.charset);
  }
  return charsets;
}

struct Opened {
  sheet::Document document;
  std::vector<Match> matches;
};

// The document as its octets speak for themselves, and text also as the profiles say that read it otherwise. Failed
// only when it is none of these.
Result<std::vector<Opened>> open_in_every_way(BytesView capture, const Library& library) {
  std::vector<Opened> ways;
  auto document = sheet::open_document(capture, sheet::no_sheet);
  const bool is_text = !document || document->text() != nullptr;
  std::string why = document ? std::string{} : to_text(document.error());
  if (document) {
    auto matches = recognise(*document, library);
    ways.push_back({*std::move(document), std::move(matches)});
  }
  if (!is_text) return ways;
  for (const drivers::TextCoding charset : charsets_in(library)) {
    auto said = sheet::open_document(capture, sheet::no_sheet, charset);
    if (!said || said->text() == nullptr) continue;
    auto matches = recognise(*said, library, charset);
    if (!matches.empty() || ways.empty()) ways.push_back({*std::move(said), std::move(matches)});
  }
  if (ways.empty()) return fail(ErrorCode::malformed, std::move(why));
  return ways;
}

struct Recognised {
  std::vector<std::string> driver_names;
  Result<std::vector<Opened>> ways;

  [[nodiscard]] std::vector<Fit> fits() const;
};

std::vector<Fit> Recognised::fits() const {
  std::vector<Fit> fits;
  for (const std::string& name : driver_names) {
    fits.push_back({.name = name, .profile = nullptr, .reason = "文件的开头是这种格式"});
  }
  if (!ways) return fits;
  for (const Opened& way : *ways) {
    for (const Match& match : way.matches) {
      fits.push_back({.name = match.profile->name, .profile = match.profile, .reason = match.reason});
    }
  }
  return fits;
}

Recognised recognise_whole(BytesView capture, const Library& library) {
  return {.driver_names = drivers::fitting_profiles(capture), .ways = open_in_every_way(capture, library)};
}

std::string all_reasons(const std::vector<Fit>& fits) {
  std::string reasons;
  for (const Fit& fit : fits) {
    reasons += (reasons.empty() ? "" : "；") + fit.name;
    if (fit.profile != nullptr) reasons += fmt::format("（{}）", fit.reason);
  }
  return reasons;
}

std::string why_unknown(const sheet::Document& document) {
  if (document.text() != nullptr && looks_like_json(document.text()->utf8)) {
    const auto json = JsonDocument::parse(document.text()->utf8);
    if (!json) return to_text(json.error());
  }
  return "没有一种格式认得这个文件，可能不完整或不是仪器的导出文件，请重新导出或指定格式";
}

}  // namespace

bool is_known_name(std::string_view name, const Library& library) {
  return drivers::is_profile_name(name) || library.find(name) != nullptr;
}

std::vector<std::string> known_names(const Library& library) {
  std::vector<std::string> names = drivers::profile_names();
  for (const Profile& profile : library.all()) names.push_back(profile.name);
  return names;
}

Decoded decode_and_explain(BytesView capture, const DecodeRequest& request, const Library& library) {
  if (capture.empty()) return refuse(request.profile, capture, "文件是空的，请重新导出");
  if (capture.size() > drivers::capture_octets_max) {
    return refuse(request.profile, capture, "文件超过 256 MB，请分成几个文件导出");
  }
  if (!request.profile.empty()) return decode_named(capture, request, library);
  Recognised recognised = recognise_whole(capture, library);
  const std::vector<Fit> fits = recognised.fits();
  if (fits.size() > 1) {
    return refuse({}, capture, "不止一种格式读得懂这个文件，请指定其中一种：" + all_reasons(fits));
  }
  auto& ways = recognised.ways;
  if (fits.empty()) return refuse({}, capture, ways ? why_unknown(ways->front().document) : ways.error().message);
  const Fit& fit = fits.front();
  const std::string reason = fmt::format("{}：{}", fit.name, fit.reason);
  if (fit.profile == nullptr) return {drivers::decode(capture, fit.name), reason};
  const auto way = std::ranges::find_if(*ways, [](const Opened& one) { return !one.matches.empty(); });
  return {decode_whole(capture, std::move(way->document), way->matches.front(), request.file_name), reason};
}

std::vector<Fit> fitting_formats(BytesView capture, const Library& library) {
  if (capture.empty() || capture.size() > drivers::capture_octets_max) return {};
  return recognise_whole(capture, library).fits();
}

model::Decoding decode(BytesView capture, const DecodeRequest& request, const Library& library) {
  return decode_and_explain(capture, request, library).decoding;
}

}  // namespace lab::profiles
