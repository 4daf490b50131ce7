#pragma once
// A view with changes laid over it: a core reads what it has just decided before anything is committed.

#include <map>

#include "protocol/journal/effects.hpp"

namespace lab::journal {

/// Collects the effects of one input over a view that must outlive it. Dropping it drops everything: an input that is
/// refused half-way leaves nothing behind.
class Draft final : public View {
 public:
  explicit Draft(const View& base) : base_(base) {}
  // A draft over a draft is written as one over a View&; without this it would silently be a copy.
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  [[nodiscard]] std::optional<Bytes> get(BytesView key) const override;
  void scan(BytesView first, BytesView last, const Visit& visit) const override;

  void put(Bytes key, Bytes record);
  void erase(Bytes key);
  void send(model::NodeId to, model::Message message, std::uint64_t session = 0);
  void tell(std::string about, std::string note);
  void wake_at(UtcTime at);

  /// Changes in key order, then everything else in the order it was said. Leaves the draft empty.
  [[nodiscard]] Effects take();

 private:
  const View& base_;
  std::map<Bytes, std::optional<Bytes>, std::less<>> changes_;  // nothing = erased
  Effects said_;
};

}  // namespace lab::journal
