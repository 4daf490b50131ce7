#include <algorithm>

#include "protocol/transport/client.hpp"
#include "protocol/transport/sockets.hpp"

namespace lab::transport {
namespace {

using Clock = std::chrono::steady_clock;

std::chrono::milliseconds until(Clock::time_point deadline) {
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()), std::chrono::milliseconds{0});
}

Result<Bytes> exchange(zmq::socket_t& socket, BytesView frame, Clock::time_point deadline, const std::string& where) {
  const auto no_answer = fail(ErrorCode::unavailable,
                              "no answer in time; check the address, the server's key and that the server runs", where);
  socket.set(zmq::sockopt::sndtimeo, static_cast<int>(until(deadline).count()));
  if (!socket.send(zmq::buffer(frame), zmq::send_flags::none)) return no_answer;
  std::vector<zmq::pollitem_t> items = {{socket.handle(), 0, ZMQ_POLLIN, 0}};
  while (Clock::now() < deadline) {
    wait_for(items, until(deadline));
    const auto incoming = receive(socket, false);
    if (!incoming) continue;
    if (incoming->frame) return Bytes{to_view(*incoming->frame)};
    return fail(ErrorCode::malformed, "the answer is not one frame; the server speaks another protocol", where);
  }
  return no_answer;
}

}  // namespace

Result<Bytes> ask_once(const std::string& endpoint, const std::string& server_key, const CurveKeys& keys,
                       BytesView frame, std::chrono::milliseconds timeout) {
  if (auto checked = check_client(endpoint, server_key, keys); !checked) return fail(std::move(checked));
  if (frame.size() > frame_max) return fail(ErrorCode::too_large, "the question is longer than one frame may be");
  const auto deadline = Clock::now() + timeout;
  try {
    const auto context = process_context();
    zmq::socket_t socket(*context, zmq::socket_type::dealer);
    set_common_options(socket);
    set_client_security(socket, keys, server_key);
    socket.connect(endpoint);
    return exchange(socket, frame, deadline, endpoint);
  } catch (const zmq::error_t& error) {
    return tl::unexpected(to_error(error, endpoint));
  }
}

}  // namespace lab::transport
