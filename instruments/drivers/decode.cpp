#include "instruments/drivers/decode.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <array>

#include "instruments/drivers/astm_records.hpp"
#include "instruments/drivers/decoding.hpp"
#include "instruments/drivers/hl7.hpp"
#include "instruments/drivers/jcamp.hpp"
#include "instruments/drivers/masshunter.hpp"
#include "instruments/drivers/sics_reply.hpp"
#include "instruments/drivers/spectrum_files.hpp"
#include "instruments/drivers/stx_text.hpp"
#include "instruments/drivers/weighing_line.hpp"

namespace lab::drivers {
namespace {

struct Profile {
  std::string_view name;
  bool (*looks_like)(BytesView);
  model::Decoding (*decode)(BytesView);
};

constexpr std::array profiles{
    Profile{astm_profile, looks_like_astm, decode_astm},
    Profile{andi_profile, looks_like_andi, refuse_andi},
    Profile{animl_profile, looks_like_animl, refuse_animl},
    Profile{hl7_profile, looks_like_hl7, decode_hl7},
    Profile{jcamp_profile, looks_like_jcamp, decode_jcamp},
    Profile{masshunter_profile, looks_like_masshunter, decode_masshunter},
    Profile{sics_profile, looks_like_sics, decode_sics},
    Profile{sbi_profile, looks_like_sbi, decode_sbi},
    Profile{line_meter_profile, looks_like_line_meter, decode_line_meter},
    Profile{bci_profile, looks_like_bci, decode_bci},
    Profile{result_line_profile, looks_like_result_line, decode_result_line},
};

}  // namespace

std::vector<std::string> profile_names() {
  std::vector<std::string> names;
  names.reserve(profiles.size());
  for (const Profile& profile : profiles) names.emplace_back(profile.name);
  return names;
}

bool is_profile_name(std::string_view name) {
  return std::ranges::find(profiles, name, &Profile::name) != profiles.end() || name.starts_with(line_meter_with_unit);
}

std::vector<std::string> fitting_profiles(BytesView capture) {
  std::vector<std::string> names;
  for (const Profile& profile : profiles) {
    if (profile.looks_like(capture)) names.emplace_back(profile.name);
  }
  return names;
}

model::Decoding decode(BytesView capture, std::string_view profile_or_empty) {
  if (capture.empty()) return refuse(profile_or_empty, 0, "文件是空的，请重新导出");
  const std::string known = fmt::format("可用的格式：{}", fmt::join(profile_names(), ", "));
  if (!profile_or_empty.empty()) {
    if (profile_or_empty.starts_with(line_meter_with_unit)) {
      return decode_line_meter(capture, profile_or_empty.substr(line_meter_with_unit.size()));
    }
    const auto* named = std::ranges::find(profiles, profile_or_empty, &Profile::name);
    if (named != profiles.end()) return named->decode(capture);
    return refuse(profile_or_empty, capture.size(), fmt::format("没有“{}”这种格式；{}", profile_or_empty, known));
  }
  const Profile* fitting = nullptr;
  for (const Profile& profile : profiles) {
    if (!profile.looks_like(capture)) continue;
    if (fitting != nullptr) {
      return refuse({}, capture.size(),
                    fmt::format("{} 和 {} 两种格式都读得懂这个文件，请指定格式", fitting->name, profile.name));
    }
    fitting = &profile;
  }
  if (fitting == nullptr)
    return refuse({}, capture.size(),
                  "没有一种格式读得懂这个文件，可能不完整或不是仪器的导出文件，请重新导出；" + known);
  return fitting->decode(capture);
}

}  // namespace lab::drivers
