#include "protocol/wire/fields.hpp"

namespace lab::wire {
void write(schema::SerialKind::Builder to, const model::SerialKind& from) {
  to.setYear(from.year);
  to.setProgramme(as_text(from.programme.value()));
}

model::SerialKind read(schema::SerialKind::Reader from) {
  model::SerialKind kind{.year = from.getYear(), .programme = model::ProgrammeCode{read_text(from.getProgramme())}};
  if (kind.year > 99) throw Malformed("a year in a sample number has two digits");
  if (!model::is_programme_of_numbers(kind.programme))
    throw Malformed("a programme in a sample number has three letters");
  return kind;
}

void write(schema::Renumbered::Builder to, const model::Renumbered& from) {
  to.setBefore(as_text(from.before.text()));
  to.setNumber(as_text(from.number.text()));
  to.setReason(as_text(from.reason));
}

model::Renumbered read(schema::Renumbered::Reader from) {
  model::Renumbered renumbered{.before = read_number(from.getBefore()),
                               .number = read_number(from.getNumber()),
                               .reason = read_text(from.getReason())};
  if (renumbered.before.empty() || renumbered.number.empty())
    throw Malformed("a sample is renumbered without a number");
  return renumbered;
}

void write(schema::SerialsWanted::Builder to, const model::SerialsWanted& from) {
  write(to.initKind(), from.kind);
  to.setLeft(from.left);
  to.setReason(as_text(from.reason));
}

model::SerialsWanted read(schema::SerialsWanted::Reader from) {
  return {.kind = read(from.getKind()), .left = from.getLeft(), .reason = read_text(from.getReason())};
}

void write(schema::SerialBlock::Builder to, const model::SerialBlock& from) {
  write(to.initKind(), from.kind);
  to.setFirst(from.first);
  to.setCount(from.count);
  to.setRequest(as_hash(from.request));
}

model::SerialBlock read(schema::SerialBlock::Reader from) {
  return {.kind = read(from.getKind()),
          .first = from.getFirst(),
          .count = from.getCount(),
          .request = read_hash(from.getRequest())};
}

}  // namespace lab::wire
