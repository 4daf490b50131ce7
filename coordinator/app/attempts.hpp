#pragma once
// Which event is being decided, noted outside the store before it is looked at: when deciding it ends the process, the
// next process knows which one it was. After so many times it is a poison event, and is quarantined unlooked at.
//
// The note is a small file that is written without flushing. It outlives the process, which is what it is for; a power
// cut may lose it, and is no fault of an event.

#include <filesystem>
#include <vector>

#include "coordinator/tables/results.hpp"
#include "protocol/base/result.hpp"

namespace lab::coordinator::app {

/// An event that ended the process so many times is not tried again.
constexpr std::uint32_t tries_max = 3;
/// Poison of several nodes may alternate; the oldest suspicion goes first.
constexpr std::size_t suspects_max = 16;

/// One thread.
class Attempts {
 public:
  struct Suspect {
    tables::EventPlace place;
    std::uint32_t times = 0;  // that deciding it ended the process

    bool operator==(const Suspect&) const = default;
  };

  /// Takes what the process before was at as a suspect. Malformed notes are begun anew. Error: storage.
  static Result<Attempts> open(const std::filesystem::path& file);
  ~Attempts();
  Attempts(Attempts&& other) noexcept;
  Attempts(const Attempts&) = delete;
  Attempts& operator=(const Attempts&) = delete;
  Attempts& operator=(Attempts&&) = delete;

  /// Before an event is decided. False: it was tried tries_max times.
  bool begin(const tables::EventPlace& place);
  /// Everything that was begun is stored; what was suspected of it is cleared.
  void done();

  [[nodiscard]] const std::vector<Suspect>& suspects() const { return suspects_; }

 private:
  explicit Attempts(int file) : file_(file) {}
  void read();
  void write_current(const tables::EventPlace& place) const;
  void write_suspects() const;

  int file_ = -1;
  bool is_noted_ = false;  // the file names an event
  std::vector<Suspect> suspects_;
  std::vector<tables::EventPlace> met_;  // suspects of this turn
};

}  // namespace lab::coordinator::app
