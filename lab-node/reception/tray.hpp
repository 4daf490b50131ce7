#pragma once
// Pictures that come in by themselves, from a folder or a camera: what cannot be taken in waits in a tray, with the
// reason, until a person has decided.

#include <cstdint>
#include <optional>
#include <string>

#include "lab-node/reception/label.hpp"
#include "lab-node/tables/refusal.hpp"
#include "protocol/journal/draft.hpp"
#include "protocol/model/sample.hpp"
#include "protocol/model/tray.hpp"

namespace lab::reception {

struct PhotoOutcome {
  std::optional<model::Sample> received;
  std::optional<std::uint64_t> entry;  // in the tray
  bool repeated = false;               // this very file has been taken in, or has its entry
};

/// Whether this very file has been taken in, or has its entry.
bool is_known(const journal::View& store, const Hash& photo);

/// Takes the sample in as receive() does, for `person` who answers for `port`, or puts the picture in the tray.
/// Precondition: `label.photo` names the picture, which is safe.
PhotoOutcome take_photo(journal::Draft& draft, const Label& label, const std::string& port,
                        const model::PersonId& person, UtcTime now);

/// What is known of a picture in the tray, to be completed by a person. Refused: unknown_entry, already_decided.
node::Decided<Label> label_in_tray(const journal::View& store, std::uint64_t entry);

/// A person says what the picture shows; `label` came from label_in_tray. Refused as receive(), unknown_entry,
/// already_decided, and number_contradicts: the code in the picture proves another number.
node::Decided<model::Sample> receive_from_tray(journal::Draft& draft, std::uint64_t entry, const Label& label,
                                               const model::PersonId& person, UtcTime now);

/// The picture shows no sample that is to be taken in; with an incident in the stream.
/// Refused: unknown_entry, already_decided, missing_field (the reason), bad_text.
node::Decided<model::TrayEntry> dismiss(journal::Draft& draft, std::uint64_t entry, const std::string& reason,
                                        const model::PersonId& person, UtcTime now);

}  // namespace lab::reception
