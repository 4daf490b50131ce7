#include "coordinator/app/attempts.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "protocol/journal/fields.hpp"

namespace lab::coordinator::app {
namespace {

using journal::FieldReader;
using journal::Fields;
using tables::EventPlace;
using tables::place_octets;

constexpr std::size_t suspect_octets = place_octets + 4;

Bytes octets_of(const EventPlace& place) {
  Fields fields;
  return tables::add_place(fields, place).bytes();
}

// Without a note the program works as it always did, so a failure of it stops nothing.
void write_at(int file, const Bytes& octets, off_t at) { (void)!::pwrite(file, octets.data(), octets.size(), at); }

}  // namespace

Result<Attempts> Attempts::open(const std::filesystem::path& file) {
  constexpr mode_t mine = 0600;
  const int opened = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mine);
  if (opened < 0) return fail(ErrorCode::storage, "cannot be opened: " + system_text(errno), file.string());
  Attempts attempts{opened};
  attempts.read();
  return attempts;
}

Attempts::~Attempts() {
  if (file_ >= 0) ::close(file_);
}

Attempts::Attempts(Attempts&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      is_noted_(other.is_noted_),
      suspects_(std::move(other.suspects_)),
      met_(std::move(other.met_)) {}

void Attempts::read() {
  Bytes octets(place_octets + suspects_max * suspect_octets, '\0');
  (void)!::pread(file_, octets.data(), octets.size(), 0);  // what is not there is zero: nothing
  FieldReader fields{octets};
  const EventPlace current = tables::take_place(fields);
  while (fields.rest().size() >= suspect_octets) {
    Suspect one{.place = tables::take_place(fields)};
    one.times = fields.take<std::uint32_t>();
    if (one.place.sequence != 0) suspects_.push_back(one);
  }
  if (current.sequence == 0) return;
  const auto known = std::ranges::find(suspects_, current, &Suspect::place);
  if (known != suspects_.end()) {
    ++known->times;
  } else {
    if (suspects_.size() == suspects_max) suspects_.erase(suspects_.begin());
    suspects_.push_back({.place = current, .times = 1});
  }
  write_suspects();
  write_current({});
}

void Attempts::write_current(const EventPlace& place) const { write_at(file_, octets_of(place), 0); }

void Attempts::write_suspects() const {
  Bytes octets;
  for (const Suspect& one : suspects_) octets += octets_of(one.place) + Fields{}.add(one.times).bytes();
  octets.resize(suspects_max * suspect_octets, '\0');
  write_at(file_, octets, place_octets);
}

bool Attempts::begin(const EventPlace& place) {
  const auto known = std::ranges::find(suspects_, place, &Suspect::place);
  if (known != suspects_.end()) {
    met_.push_back(place);
    if (known->times >= tries_max) return false;
  }
  write_current(place);
  is_noted_ = true;
  return true;
}

void Attempts::done() {
  if (std::exchange(is_noted_, false)) write_current({});
  if (met_.empty()) return;
  std::erase_if(suspects_, [this](const Suspect& one) { return std::ranges::find(met_, one.place) != met_.end(); });
  met_.clear();
  write_suspects();
}

}  // namespace lab::coordinator::app
