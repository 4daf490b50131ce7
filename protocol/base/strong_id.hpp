#pragma once
// One type per id: a NodeId does not convert to a LaboratoryId.

#include <compare>
#include <cstddef>
#include <functional>
#include <utility>

namespace lab {

template <class Tag, class Rep>
class StrongId {
 public:
  using rep = Rep;
  constexpr StrongId() = default;
  constexpr explicit StrongId(Rep value) : value_(std::move(value)) {}
  [[nodiscard]] constexpr const Rep& value() const { return value_; }
  auto operator<=>(const StrongId&) const = default;

 private:
  Rep value_{};
};

}  // namespace lab

template <class Tag, class Rep>
struct std::hash<lab::StrongId<Tag, Rep>> {
  std::size_t operator()(const lab::StrongId<Tag, Rep>& id) const { return std::hash<Rep>{}(id.value()); }
};
