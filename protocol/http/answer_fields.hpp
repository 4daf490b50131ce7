#pragma once
// The fields every answer carries. Private to this folder.

#include "protocol/http/message.hpp"

namespace lab::http {

/// Adds the content type and the protective fields that the handler has not set. An answer whose fields hold a line end
/// is logged and replaced: whoever chose that text could write the rest of the answer. Of an encrypted connection the
/// browser is told to come back by no other.
Response with_usual_fields(Response response, bool is_encrypted);

}  // namespace lab::http
