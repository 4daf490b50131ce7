#pragma once
// Substances nobody may use, whatever the amount: announcements of the Ministry of Agriculture.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/base/time.hpp"
#include "protocol/model/verdict.hpp"
#include "protocol/rules/limit_entry.hpp"

namespace lab::rules {

class BannedLists {
 public:
  /// Reads banned_pesticides (pesticide, status, scope, basis) and banned_vet (substance, prohibited_use, animals,
  /// basis); either text may be empty. Rows are numbered from `first_row` on, pesticides first.
  static Result<BannedLists> load(std::string_view pesticides, std::string_view veterinary, std::uint32_t first_row);

  /// A ban that certainly covers this sample on that date:
  ///   pesticides  "禁止生产销售使用" covers everything; "限用:禁止使用" only commodities its scope names (vegetables,
  ///   fruit
  ///               of trees, tea, medicinal plants, or the crop itself);
  ///   veterinary  "所有用途" for "所有食品动物" covers animal products.
  /// From the day the announcement takes effect. Rows that say more than this reading can hold ("除...外禁止",
  /// "见公告") and announcements of unknown date give nothing: an unsure ban is no basis.
  [[nodiscard]] std::optional<model::Limit> find(const std::vector<std::string>& analyte_names,
                                                 const SampleNames& sample, CivilDate date) const;

  /// The days on which bans take effect, in no order.
  [[nodiscard]] std::vector<CivilDate> first_days() const;

 private:
  enum class Cover { everything, scope, animal_products, unsure };
  struct Ban {
    std::vector<std::string> names;
    Cover cover = Cover::unsure;
    std::optional<CivilDate> from;
    model::Limit limit;  // standard: the announcement; clause: the scope as written
  };
  Result<void> load_pesticides(std::string_view csv);
  Result<void> load_veterinary(std::string_view csv);
  void add(std::string_view cell, Cover cover, std::string_view basis, std::string_view scope);
  static bool covers(const Ban& ban, const SampleNames& sample);

  std::vector<Ban> bans_;
  std::uint32_t next_row_ = 1;
};

}  // namespace lab::rules
