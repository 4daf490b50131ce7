// The program that looks at pictures: standard input is a socket to the daemon, which sends one framed picture after
// the other and gets one framed answer for each (frame.hpp). It ends when the socket is closed.

#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <opencv2/core/utility.hpp>
#include <string_view>
#include <thread>

#include "instruments/label/frame.hpp"
#include "instruments/label/number_line/number_line.hpp"
#include "instruments/label/print/symbol.hpp"
#include "instruments/label/program/sandbox.hpp"
#include "instruments/label/reader/read.hpp"
#include "instruments/label/reader/thumbnail.hpp"

namespace lab::label {
namespace {

/// For tests only: `--fault crash|hang|garbage|exit --on TEXT` misbehaves on a file that ends with TEXT.
struct Fault {
  std::string_view kind;
  std::string_view on;
};

bool receive_exactly(std::size_t count, Bytes& bytes) {
  std::array<char, 65'536> piece{};
  while (count > 0) {
    const auto got = ::read(STDIN_FILENO, piece.data(), std::min(count, piece.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes.append(piece.data(), static_cast<std::size_t>(got));
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

bool send_all(BytesView bytes) {
  while (!bytes.empty()) {
    const auto sent = ::write(STDIN_FILENO, bytes.data(), bytes.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void misbehave(const Fault& fault) {
  if (fault.kind == "crash") std::abort();
  if (fault.kind == "exit") _exit(3);
  if (fault.kind == "garbage") send_all(to_frame("no answer"));
  while (fault.kind == "hang") std::this_thread::sleep_for(std::chrono::seconds{1});
}

/// One reading before the doors close: libraries open what they need, and the first real picture waits for none of it.
void warm_up() {
  if (const auto png = render_symbol_png(Symbology::qr, "WARM UP", 4)) read(*png);
}

LabelReading reading_of(const Request& request, const NumberLine& number_line) {
  using std::chrono::milliseconds;
  auto reading = read(request.file, {.budget = request.budget});
  // A number that was read late is still compared; the search for a mere suggestion must fit into what time is left.
  const milliseconds at_most = request.budget / 4;
  const milliseconds at_least = reading.number ? at_most / 2 : milliseconds{0};
  number_line.add_to(reading, request.file, {.budget = std::clamp(request.budget - reading.took, at_least, at_most)});
  return reading;
}

int serve(const Fault& fault, const NumberLine& number_line) {
  Bytes header;
  Bytes payload;
  while (true) {
    header.clear();
    payload.clear();
    if (!receive_exactly(frame_header_bytes, header)) return EXIT_SUCCESS;
    const auto length = payload_length(header, request_bytes_max);
    if (!length || !receive_exactly(*length, payload)) return EXIT_FAILURE;
    const auto request = decode_request(payload);
    if (!request) return EXIT_FAILURE;
    if (!fault.on.empty() && request->file.ends_with(fault.on)) misbehave(fault);
    allow_cpu_time(cpu_seconds_max);
    const Bytes answer = request->task == WorkerTask::thumbnail ? thumbnail_of(request->file)
                                                                : encode_answer(reading_of(*request, number_line));
    if (!send_all(to_frame(answer))) return EXIT_FAILURE;
  }
}

}  // namespace
}  // namespace lab::label

int main(int argc, char** argv) {
  lab::label::Fault fault;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name{argv[i]};
    if (name == "--fault") fault.kind = argv[i + 1];
    if (name == "--on") fault.on = argv[i + 1];
  }
  cv::setNumThreads(1);  // one picture, one core: the daemon decides how many at once
  lab::label::limit_resources();
  lab::label::warm_up();
  const lab::label::NumberLine number_line;
  // Where the kernel has no filter, the other limits and the separate process remain.
  static_cast<void>(lab::label::deny_system_calls());
  // Without the exit handlers of a hundred libraries, some of which expect system calls that are gone.
  _exit(lab::label::serve(fault, number_line));
}
