#include "lab-node/reception/doubts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lab-node/tables/photos.hpp"
#include "lab-node/tables/tables.hpp"
#include "protocol/base/text.hpp"
#include "protocol/session/stream.hpp"

namespace lab::reception {
namespace {

namespace tables = node::tables;
using model::StatusBox;

// A copy that is handed over has not been worked on: 待检, or 留样 for a reserve.
bool fits(StatusBox box, bool tested_here) {
  switch (box) {
    case StatusBox::not_seen:
    case StatusBox::waiting:
      return true;
    case StatusBox::retained:
      return !tested_here;
    case StatusBox::testing:
    case StatusBox::tested:
      return false;
  }
  return false;
}

bool is_for_another_laboratory(const journal::View& store, const model::Sample& sample, const Label& label) {
  if (label.laboratory.empty() || sample.grant.retest) return false;
  const auto me = session::identity(store);
  return me && label.laboratory != std::to_string(me->laboratory.value());
}

void doubt_photo(const journal::View& store, const model::Sample& sample, const Hash& photo, const char* which,
                 std::vector<Doubt>& doubts) {
  const auto use = photo.is_zero() ? std::nullopt : tables::photo_use(store, photo);
  if (!use || use->task == sample.grant.task) return;
  const auto other = tables::sample(store, use->task);
  doubts.push_back({"photo_reused", fmt::format("{}与样品 {} 收样时的照片是同一个文件", which,
                                                other ? other->grant.number.text() : to_text(use->task))});
}

}  // namespace

bool is_to_be_tested(const model::Sample& sample, std::uint8_t copy) {
  return sample.received.number.empty() && (copy == 1 || sample.grant.retest);
}

std::vector<Doubt> doubts_about(const journal::View& store, const model::Sample& sample, const Label& label) {
  std::vector<Doubt> doubts;
  if (label.printed_is == model::PrintedNumber::differs) {
    doubts.push_back({"number_differs", fmt::format("标签上印的编号“{}”与条码中的编号 {} 不一致",
                                                    tidy(label.printed, 40), sample.grant.number.text())});
  }
  const std::string& official = sample.sampled.official_number;
  if (label.official && !official.empty() && label.official->text() != official) {
    doubts.push_back({"official_differs",
                      fmt::format("标签上的官方编号 {} 与抽样单上的 {} 不一致", label.official->text(), official)});
  }
  if (is_for_another_laboratory(store, sample, label)) {
    doubts.push_back({"laboratory_differs",
                      fmt::format("标签是为代码 {} 的实验室打印的，不是本实验室", tidy(label.laboratory, 40))});
  }
  if (!fits(label.status, is_to_be_tested(sample, label.copy))) {
    doubts.push_back({"status_differs", fmt::format("标签上勾选的状态为“{}”，而该样品在本站的状态为“尚未收样”",
                                                    chinese_name_of(label.status))});
  }
  if (label.seal == model::Seal::broken) doubts.push_back({"seal_broken", "封条不完整"});
  doubt_photo(store, sample, label.photo, "标签照片", doubts);
  if (label.seal_photo != label.photo) doubt_photo(store, sample, label.seal_photo, "封条照片", doubts);
  return doubts;
}

std::vector<Doubt> open_doubts(const journal::View& store, const model::Sample& sample, const Label& label) {
  std::vector<Doubt> doubts = doubts_about(store, sample, label);
  std::erase_if(doubts, [&](const Doubt& doubt) {
    return std::ranges::find(label.accepted.doubts, doubt.code) != label.accepted.doubts.end();
  });
  return doubts;
}

const char* chinese_name_of(StatusBox box) {
  switch (box) {
    case StatusBox::not_seen:
      return "";
    case StatusBox::waiting:
      return "待检";
    case StatusBox::testing:
      return "在检";
    case StatusBox::tested:
      return "已检";
    case StatusBox::retained:
      return "留样";
  }
  return "";
}

}  // namespace lab::reception
