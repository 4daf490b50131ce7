#pragma once
// Signed heads of the coordinator's tree of events, as every node keeps them: whoever holds one can tell whether what
// the coordinator shows later is the same history.

#include <optional>
#include <string>

#include "protocol/base/result.hpp"
#include "protocol/crypto/crypto.hpp"
#include "protocol/model/tree_head.hpp"

namespace lab::evidence {

/// What the signature of a head covers.
Bytes to_sign(const model::TreeHead& head);
void sign(model::TreeHead& head, const crypto::SecretKey& key);
bool is_signed(const model::TreeHead& head, const crypto::PublicKey& key);

/// One line for paper and files: "qlims-head 1 GENERATION BASE SIZE ROOT MILLISECONDS SIGNATURE", the root and the
/// signature in hexadecimal. parse_head reads exactly what to_text writes; its signature is not checked.
std::string to_text(const model::TreeHead& head);
Result<model::TreeHead> parse_head(std::string_view line);

}  // namespace lab::evidence
