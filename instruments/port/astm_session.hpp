#pragma once
// The conversation with an analyser, for every kind of line it may be on.

#include <memory>

#include "instruments/port/astm_line.hpp"
#include "instruments/port/framed_session.hpp"

namespace lab::port {

std::shared_ptr<Conversation> astm_session(SessionOptions options, Framing framing, std::size_t text_octets_max);

}  // namespace lab::port
