#include "protocol/wire/fields.hpp"

namespace lab::wire {

void write(schema::TrayEntry::Builder to, const model::TrayEntry& from) {
  write(to.initSeen(), from.seen);
  to.setLaboratory(as_text(from.laboratory));
  to.setCode(as_text(from.code));
  to.setDetail(as_text(from.detail));
  to.setPort(as_text(from.port));
  to.setAt(to_unix_ms(from.at));
  to.setPerson(as_text(from.person.value()));
  to.setDecidedBy(as_text(from.decided_by.value()));
  to.setDecision(as_text(from.decision));
}

model::TrayEntry read(schema::TrayEntry::Reader from) {
  return {.seen = read(from.getSeen()),
          .laboratory = read_text(from.getLaboratory()),
          .code = read_text(from.getCode()),
          .detail = read_text(from.getDetail()),
          .port = read_text(from.getPort()),
          .at = from_unix_ms(from.getAt()),
          .person = model::PersonId{read_text(from.getPerson())},
          .decided_by = model::PersonId{read_text(from.getDecidedBy())},
          .decision = read_text(from.getDecision())};
}

}  // namespace lab::wire
