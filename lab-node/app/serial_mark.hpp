#pragma once
// A note beside the store of how many serials this node has given. A store that was put back from a backup disagrees
// with it, and then nobody can say which of the leased numbers are on bags already.

#include <cstdint>
#include <filesystem>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/journal/view.hpp"

namespace lab::node::app {

/// The file also names the file of the store by its place on the disk, which a copy does not have: a folder that was
/// put back as a whole is found out too. Not found out: a file of the store that was overwritten in place together with
/// the note, and a disk set back as a whole; then the coordinator refuses the number that comes a second time.
class SerialMark {
 public:
  explicit SerialMark(const std::filesystem::path& data) : data_(data) {}

  /// Whether the store can be trusted to know what was given. One that holds no serials and has given none needs no
  /// note.
  [[nodiscard]] bool agrees_with(const journal::View& store) const;

  /// A count that neither the note nor the store has come to.
  [[nodiscard]] std::uint64_t beyond(const journal::View& store) const;

  /// Durable when it returns.
  [[nodiscard]] Result<void> write(std::uint64_t given) const;

 private:
  [[nodiscard]] std::string text_for(std::uint64_t given) const;
  [[nodiscard]] std::string text() const;

  std::filesystem::path data_;
};

}  // namespace lab::node::app
