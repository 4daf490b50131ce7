#include "tools/qlims/sample_text.hpp"

#include <fmt/format.h>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/qlims/beijing_time.hpp"
#include "tools/qlims/text_table.hpp"

namespace lab::qlims {
namespace {

using nlohmann::json;
using Words = std::pair<std::string_view, const char*>;

constexpr std::array kinds{
    Words{"sampled", "抽样"},      Words{"received", "收样"},       Words{"measured", "检测"},
    Words{"judged", "判定"},       Words{"reviewed", "复核"},       Words{"approved", "批准"},
    Words{"declined", "未抽到"},   Words{"incident", "事件"},       Words{"lot_inspected", "批次检验"},
    Words{"run_assessed", "质控"}, Words{"run_decided", "批次放行"}};
constexpr std::array outcomes{Words{"pass", "合格"}, Words{"fail", "不合格"}, Words{"problem", "问题样品"},
                              Words{"undetermined", "不予判定"}};
constexpr std::array dispositions{Words{"stored", "已存"}, Words{"counted", "已计入"}, Words{"late", "迟到"},
                                  Words{"quarantined", "隔离"}};
constexpr std::array states{Words{"planned", "已计划"}, Words{"allocated", "已分配"}, Words{"granted", "已下达"},
                            Words{"judged", "已判定"}, Words{"cancelled", "已取消"}};

constexpr std::array retests{Words{"ordered", "待出结论"}, Words{"upheld", "维持初检结论"},
                             Words{"overturned", "改变初检结论"}};

// A word we do not know is shown as it came: a newer server may have more of them.
std::string in_chinese(const auto& list, const std::string& word) {
  for (const auto& [known, chinese] : list) {
    if (known == word) return chinese;
  }
  return word;
}

std::string text_of(const json& object, const char* field) {
  const auto value = object.find(field);
  if (value == object.end() || value->is_null()) return "";
  return value->is_string() ? value->get<std::string>() : value->dump();
}

bool is_weighing(const json& event) { return event.at("details").contains("reading"); }

std::string kind_of(const json& event) {
  return is_weighing(event) ? "称量" : in_chinese(kinds, text_of(event, "kind"));
}

std::string content_of(const json& event) {
  const std::string kind = text_of(event, "kind");
  const json& details = event.at("details");
  if (is_weighing(event)) return text_of(details, "instrument") + " " + text_of(details, "reading");
  if (kind == "sampled") return text_of(details, "sampled_on") + " " + text_of(details, "sample_name");
  if (kind == "received") return text_of(details, "reader") + " " + text_of(details, "condition");
  if (kind == "measured") {
    const std::string portion = text_of(details, "portion");
    return fmt::format("{} {} 个结果{}", text_of(details, "instrument"), details.at("determinations").size(),
                       portion.empty() ? portion : fmt::format("（第 {} 份试样）", portion));
  }
  if (kind == "lot_inspected") {
    return fmt::format("实检 {} 件，不合格数 {}", text_of(details, "inspected"), text_of(details, "nonconforming"));
  }
  if (kind == "judged" || kind == "approved") return in_chinese(outcomes, text_of(details, "outcome"));
  if (kind == "reviewed") return details.at("agreed").get<bool>() ? "同意" : "退回 " + text_of(details, "note");
  if (kind == "run_assessed") {
    return fmt::format("{} {}", text_of(details, "instrument"), details.at("accepted").get<bool>() ? "合格" : "不合格");
  }
  if (kind == "run_decided") {
    return (details.at("release").get<bool>() ? "放行 " : "扣留 ") + text_of(details, "reason");
  }
  return text_of(details, "reason") + text_of(details, "what");
}

// The newest verdict, item by item; empty before the first, and where the server does not explain it.
std::string verdict_text(const json& events) {
  const json* verdict = nullptr;
  for (const json& event : events) {
    if (text_of(event, "kind") == "judged") verdict = &event;
  }
  std::string text;
  if (verdict == nullptr) return text;
  for (const json& item : verdict->at("details").at("items")) {
    if (item.contains("explanation")) {
      text += fmt::format("  {}：{}\n", text_of(item, "analyte"), text_of(item, "explanation"));
    }
  }
  return text.empty() ? text : fmt::format("判定说明（第 {} 号事件）\n{}", text_of(*verdict, "sequence"), text);
}

}  // namespace

std::string sample_text(const json& task) {
  std::string text = fmt::format("样品 {}（任务 {}，盲码 {}）\n{} 第 {} 轮，检测包 {}，实验室 {}，{}\n",
                                 text_of(task, "number"), text_of(task, "task"), text_of(task, "blind_code"),
                                 text_of(task, "commodity"), text_of(task, "round"), text_of(task, "panel"),
                                 text_of(task, "laboratory"), in_chinese(states, text_of(task, "state")));
  if (const auto retest = task.find("retest"); retest != task.end()) {
    text += fmt::format("复检：初检实验室 {}，复检实验室 {}，理由：{}，{}\n", text_of(*retest, "first_laboratory"),
                        text_of(*retest, "laboratory"), text_of(*retest, "reason"),
                        in_chinese(retests, text_of(*retest, "state")));
  }
  if (const json& result = task.at("result"); result.is_object() && result.contains("first")) {
    text += fmt::format("初检结论 {}，最终结论 {}\n", in_chinese(outcomes, text_of(result, "first")),
                        in_chinese(outcomes, text_of(result, "final")));
  }
  const json& events = task.at("events");
  if (events.empty()) return text + "还没有事件到达协调端\n";
  std::vector<std::vector<std::string>> rows;
  for (const json& event : events) {
    rows.push_back({text_of(event, "sequence"), beijing_time(text_of(event, "at")), kind_of(event),
                    text_of(event, "person"), content_of(event),
                    in_chinese(dispositions, text_of(event, "disposition")), text_of(event, "hash")});
  }
  text += text_table({"序号", "北京时间", "事件", "人员", "内容", "协调端", "哈希"}, rows);
  return text + verdict_text(events);
}

}  // namespace lab::qlims
