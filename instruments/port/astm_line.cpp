#include "instruments/port/astm_line.hpp"

#include <utility>

#include "instruments/drivers/astm_peer.hpp"
#include "instruments/drivers/stx_link.hpp"
#include "instruments/port/astm_session.hpp"

namespace lab::port {

std::shared_ptr<Conversation> astm_session(SessionOptions options, Framing framing, std::size_t text_octets_max) {
  constexpr std::size_t frame_overhead = 7;  // STX, number, ETX, checksum, CR LF
  switch (framing) {
    case Framing::astm:
      return std::make_shared<FramedSession<drivers::AstmPeer>>(
          std::move(options), drivers::AstmPeer{{.limits = {.frame_octets = text_octets_max + frame_overhead}}});
    case Framing::plain:
      return std::make_shared<FramedSession<drivers::StxLink>>(std::move(options), drivers::StxLink{text_octets_max});
  }
  return nullptr;
}

AstmLine::AstmLine(boost::asio::io_context& io, Options options, const OnCapture& on_capture,
                   const OnTrouble& on_trouble) {
  const SessionOptions session{.port_name = options.port_name,
                               .instrument = options.instrument,
                               .on_capture = on_capture,
                               .on_trouble = on_trouble};
  line_ = std::make_unique<KeptLine>(
      io,
      KeptLine::Options{
          .end = std::move(options.end),
          .seven_bits = options.seven_bits,
          .conversation = [session, framing = options.framing,
                           limit = options.text_octets_max] { return astm_session(session, framing, limit); },
          .on_trouble = [on_trouble, name = options.port_name](const std::string& what) { on_trouble(name, what); }});
}

AstmLine::~AstmLine() = default;

}  // namespace lab::port
