#pragma once
// What a laboratory judges by: the limits in force, the category names, the bans and the panels, as one file that every
// node gets in the same bytes. Its SHA-256 is the edition that each verdict names.

#include <string>
#include <vector>

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"
#include "protocol/model/plan.hpp"
#include "protocol/rules/analyte_names.hpp"
#include "protocol/rules/category_tree.hpp"
#include "protocol/rules/limit_catalogue.hpp"

namespace lab::rules {

/// One table of the set: its plain name and its text in UTF-8.
struct ReferenceFile {
  std::string name;
  std::string text;
};

constexpr std::size_t bundle_bytes_max = 16 << 20;  // every standard in force is a few megabytes of rows
constexpr std::size_t bundle_files_max = 64;        // ten times the tables there are
constexpr std::size_t file_name_octets_max = 64;

/// The files in order of their names, each behind its name and length: the same files give the same bytes.
/// Precondition: names are different and of letters, digits, '.', '_' or '-'.
Bytes bundle(std::vector<ReferenceFile> files);

/// The files again. Malformed when the bytes are not a bundle.
Result<std::vector<ReferenceFile>> unbundle(BytesView bytes);

/// A bundle, read. Only looked at afterwards: safe from any number of threads.
struct ReferenceSet {
  LimitCatalogue limits;
  CategoryTree categories;
  AnalyteNames analytes;
  std::vector<model::Panel> panels;
  std::vector<ReferenceFile> quality;  // the qc_ tables as they came; protocol/quality reads them
  std::vector<ReferenceFile> clocks;   // deadlines.csv and holidays.csv as they came; protocol/clocks reads them

  /// Nothing when the set has no such panel. Valid as long as the set.
  [[nodiscard]] const model::Panel* panel(const model::PanelCode& code) const;
};

/// Reads a bundle. Every row is checked; an error names file and line, and nothing of the set is used.
///   limits*.csv       needed; several are one catalogue, their rows numbered on in order of the names
///   categories.csv    needed
///   panels.csv        needed: panel, panel_name, analyte, method, unit, lod, loq, reference_only (0 or 1), or the same
///                     columns as planners write them: 检测包, 检测包名称, 检测项目, 检测方法, 单位, 检出限, 定量限,
///                     仅供参考; and, each of which may be left out,
///                     definition (残留定义), factor (换算系数): the item is a part of that residue definition
///                     non_detects (未检出计法): in the sum: zero (零), half (半检出限), full (检出限), or nothing
///                     stated total_of (对应形态): the item is the total of that species and measured first
///                     decision_rule (判定规则): simple (简单接收), guard_acceptance (保护带接收), guard_rejection
///                     (保护带拒收), nonbinary (非二元判定), with relative_uncertainty (相对扩展不确定度): U at k = 2
///                     as a fraction of the limit, such as 0.5
///                     confirmations (确证次数): further portions a suspected result needs, 0 to 9
///   analytes.csv, banned_pesticides*.csv, banned_vet*.csv   may be left out
///   qc_methods.csv, qc_materials.csv, qc_recovery.csv, qc_duplicates.csv   may be left out; only their names are
///   checked
///   deadlines.csv, holidays.csv   may be left out, and are not read here either
///   sampling_fields.csv   the same; protocol/forms reads it
/// Any other name is malformed: a table nobody reads would be missed in silence.
Result<ReferenceSet> open_bundle(BytesView bytes);

}  // namespace lab::rules
