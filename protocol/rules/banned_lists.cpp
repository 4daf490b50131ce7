#include "protocol/rules/banned_lists.hpp"

#include <algorithm>
#include <array>

#include "protocol/rules/analyte_names.hpp"
#include "protocol/rules/table.hpp"

namespace lab::rules {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;

struct Announcement {
  std::string_view number;
  CivilDate all_uses_from;
  CivilDate restricted_from;
};

constexpr CivilDate date(int y, unsigned m, unsigned d) { return {year{y}, month{m}, day{d}}; }

// K: days from which use was forbidden, from the announcements' own text as remembered; the tables give only numbers.
// Announcement 1586 let the ten pesticides it bans be sold and used until 2013-10-31.
constexpr std::array announcements{
    Announcement{"第193号", date(2002, 5, 15), date(2002, 5, 15)},
    Announcement{"第194号", date(2002, 8, 1), date(2002, 8, 1)},
    Announcement{"第199号", date(2002, 6, 5), date(2002, 6, 5)},
    Announcement{"第274号", date(2003, 4, 30), date(2003, 4, 30)},
    Announcement{"第322号", date(2007, 1, 1), date(2007, 1, 1)},
    Announcement{"第1157号", date(2009, 10, 1), date(2009, 10, 1)},
    Announcement{"第1586号", date(2013, 10, 31), date(2011, 6, 15)},
};

struct ScopeWord {
  std::string_view word;
  std::string_view covers;  // a class or commodity that is certainly inside
};

// Trees are not all fruit: melons and berries of the field are left out, since "果树" does not surely cover them.
constexpr std::array scope_words{
    ScopeWord{"蔬菜", "蔬菜"},       ScopeWord{"蔬菜", "新鲜蔬菜"},   ScopeWord{"果树", "柑橘类水果"},
    ScopeWord{"果树", "仁果类水果"}, ScopeWord{"果树", "核果类水果"}, ScopeWord{"果树", "热带和亚热带类水果"},
    ScopeWord{"茶叶", "茶叶"},       ScopeWord{"茶树", "茶叶"},       ScopeWord{"中草药材", "药用植物"},
    ScopeWord{"甘蓝", "甘蓝"},       ScopeWord{"甘蓝", "结球甘蓝"},   ScopeWord{"柑橘树", "柑橘类水果"},
    ScopeWord{"柑橘树", "柑橘"},     ScopeWord{"苹果树", "苹果"},     ScopeWord{"花生", "花生"},
    ScopeWord{"草莓", "草莓"},       ScopeWord{"黄瓜", "黄瓜"},       ScopeWord{"十字花科蔬菜", "芸薹类蔬菜"},
};

bool scope_covers(std::string_view scope, const SampleNames& sample) {
  constexpr std::string_view comma = "、";
  while (!scope.empty()) {
    const auto at = scope.find(comma);
    const std::string_view word = scope.substr(0, at);
    for (const ScopeWord& known : scope_words) {
      if (known.word == word && sample.rank(known.covers)) return true;
    }
    if (at == std::string_view::npos) break;
    scope.remove_prefix(at + comma.size());
  }
  return false;
}

}  // namespace

Result<BannedLists> BannedLists::load(std::string_view pesticides, std::string_view veterinary,
                                      std::uint32_t first_row) {
  BannedLists lists;
  lists.next_row_ = first_row;
  if (!pesticides.empty()) {
    if (auto loaded = lists.load_pesticides(pesticides); !loaded) return fail(std::move(loaded));
  }
  if (!veterinary.empty()) {
    if (auto loaded = lists.load_veterinary(veterinary); !loaded) return fail(std::move(loaded));
  }
  return lists;
}

Result<void> BannedLists::load_pesticides(std::string_view csv) {
  const auto table = Table::load(csv, {"pesticide", "status", "scope", "basis"});
  if (!table) return tl::unexpected(table.error());
  for (std::size_t row = 0; row < table->size(); ++row) {
    const std::string_view status = table->cell(row, "status");
    const std::string_view scope = table->cell(row, "scope");
    Cover cover = Cover::unsure;
    if (status == "禁止生产销售使用" && scope == "所有") cover = Cover::everything;
    if (status == "限用:禁止使用") cover = Cover::scope;
    add(table->cell(row, "pesticide"), cover, table->cell(row, "basis"), scope);
  }
  return {};
}

Result<void> BannedLists::load_veterinary(std::string_view csv) {
  const auto table = Table::load(csv, {"substance", "prohibited_use", "animals", "basis"});
  if (!table) return tl::unexpected(table.error());
  for (std::size_t row = 0; row < table->size(); ++row) {
    const bool all = table->cell(row, "prohibited_use") == "所有用途" && table->cell(row, "animals") == "所有食品动物";
    add(table->cell(row, "substance"), all ? Cover::animal_products : Cover::unsure, table->cell(row, "basis"),
        table->cell(row, "animals"));
  }
  return {};
}

void BannedLists::add(std::string_view cell, Cover cover, std::string_view basis, std::string_view scope) {
  Ban ban{.names = names_in_cell(cell), .cover = cover, .from = {}, .limit = {}};
  ban.limit.kind = model::LimitKind::banned;
  ban.limit.standard = basis;
  ban.limit.clause = scope;
  ban.limit.commodity = scope;
  ban.limit.row = next_row_++;
  for (const Announcement& known : announcements) {
    if (basis.find(known.number) == std::string_view::npos) continue;
    ban.from = cover == Cover::scope ? known.restricted_from : known.all_uses_from;
  }
  bans_.push_back(std::move(ban));
}

bool BannedLists::covers(const Ban& ban, const SampleNames& sample) {
  switch (ban.cover) {
    case Cover::everything:
      return true;
    case Cover::scope:
      return scope_covers(ban.limit.clause, sample);
    case Cover::animal_products:
      return sample.is_animal_product();
    case Cover::unsure:
      return false;
  }
  return false;
}

std::optional<model::Limit> BannedLists::find(const std::vector<std::string>& analyte_names, const SampleNames& sample,
                                              CivilDate date) const {
  for (const Ban& ban : bans_) {
    if (!ban.from || date < *ban.from || !covers(ban, sample)) continue;
    if (std::ranges::find_first_of(ban.names, analyte_names) != ban.names.end()) return ban.limit;
  }
  return std::nullopt;
}

std::vector<CivilDate> BannedLists::first_days() const {
  std::vector<CivilDate> days;
  for (const Ban& ban : bans_) {
    if (ban.from) days.push_back(*ban.from);
  }
  return days;
}

}  // namespace lab::rules
