#pragma once
// An analyser on a serial line, or one that listens on TCP and has to be called.

#include <memory>
#include <string>

#include "instruments/port/capture.hpp"
#include "instruments/port/kept_line.hpp"

namespace lab::port {

/// What the instrument puts around its texts.
enum class Framing {
  astm,   // ASTM E1381: frame number and checksum
  plain,  // STX and ETX alone
};

class AstmLine {
 public:
  struct Options {
    std::string port_name;
    std::string instrument;
    LineEnd end;
    bool seven_bits = false;
    Framing framing = Framing::astm;
    std::size_t text_octets_max = 64'000;  // of one frame: LIS1-A; instruments that send longer ones name their limit
  };

  /// Never fails: a device or an instrument that is not there yet is waited for, and told as trouble.
  AstmLine(boost::asio::io_context& io, Options options, const OnCapture& on_capture, const OnTrouble& on_trouble);
  ~AstmLine();
  AstmLine(const AstmLine&) = delete;
  AstmLine& operator=(const AstmLine&) = delete;

  [[nodiscard]] bool is_open() const { return line_->is_open(); }

 private:
  std::unique_ptr<KeptLine> line_;
};

}  // namespace lab::port
