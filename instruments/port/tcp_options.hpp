#pragma once
// What every TCP connection to an instrument is set to.

#include <boost/asio/ip/tcp.hpp>

namespace lab::port {

/// No delay: replies are single octets that somebody waits for. Keep-alive after half a minute of silence: an
/// instrument that was switched off says nothing, and its line is to be free when it comes back. What the system
/// refuses is left.
void prepare(boost::asio::ip::tcp::socket& socket);

}  // namespace lab::port
